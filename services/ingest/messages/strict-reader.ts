import { BinaryReader } from '@bufbuild/protobuf/wire';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a message of a few hundred kilobytes can need, however small its fields. */
const FREE_TAGS = 300_000;
/** Beyond that, a tag or length for so many bytes in numbers: a face has one in five. */
const BYTES_PER_TAG = 4;

/**
 * Reads protobuf of others. Text that is not UTF-8 is an error, and so are many more tags and lengths
 * than a message has bytes in numbers: an empty field takes two bytes and becomes an object of
 * hundreds, so that a few megabytes of them would be the end of the process.
 */
export class StrictReader extends BinaryReader {
  private tags = 0;
  /** Bytes that allow for no tags: texts, bytes, vectors, what is passed over. */
  private contentBytes = 0;

  constructor(bytes: Uint8Array) {
    super(bytes, (text) => utf8.decode(text));
    const read = this.uint32.bind(this);
    this.uint32 = () => {
      if (++this.tags > FREE_TAGS + (this.pos - this.contentBytes) / BYTES_PER_TAG)
        throw new RangeError('too many fields for its size');
      return read();
    };
  }

  override bytes(): Uint8Array {
    const bytes = super.bytes();
    this.contentBytes += bytes.length;
    return bytes;
  }

  override string(): string {
    const before = this.pos;
    const text = super.string();
    this.contentBytes += this.pos - before;
    return text;
  }

  override float(): number {
    this.contentBytes += 4;
    return super.float();
  }

  override skip(...which: Parameters<BinaryReader['skip']>): Uint8Array {
    const skipped = super.skip(...which);
    this.contentBytes += skipped.length;
    return skipped;
  }
}

/** The whole of `bytes` as one message. Throws whatever the decoder throws. */
export function decodeWhole<T>(type: { decode(reader: BinaryReader): T }, bytes: Uint8Array): T {
  const reader = new StrictReader(bytes);
  const message = type.decode(reader);
  // The decoder stops in silence at a tag that ends a group or is zero.
  if (reader.pos !== reader.len)
    throw new RangeError(`ends at byte ${reader.pos} of ${reader.len}`);
  return message;
}
