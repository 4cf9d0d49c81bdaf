import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import kafkajs, { type KafkaMessage } from 'kafkajs';
import { beforeEach, describe, expect, it } from 'vitest';
import { bounded, BOUNDS } from '../../../../../services/ingest/kafka/codecs/bounded.js';
import { decompressGzip } from '../../../../../services/ingest/kafka/codecs/gzip.js';
import { registerCodecs } from '../../../../../services/ingest/kafka/codecs/register.js';
import { unreadable } from '../../../../../services/ingest/kafka/codecs/unreadable.js';
import { toSourceMessages } from '../../../../../services/ingest/kafka/consume/source-messages.js';
import { batch, decoded, records, TYPES } from './batches.js';

const { gzip } = TYPES;
const GOOD = gzipSync(records(['anna', 'bert']));

function good(firstOffset: number): Buffer {
  return batch({ type: gzip, firstOffset, count: 2, compressed: GOOD });
}

function faultOf(message: KafkaMessage) {
  const [source] = toSourceMessages('clips', 0, [message]);
  return source === undefined ? undefined : unreadable(source);
}

function useBounds(bounds: Partial<typeof BOUNDS>): void {
  const decompress = bounded('gzip', decompressGzip, { ...BOUNDS, ...bounds });
  kafkajs.CompressionCodecs[gzip] = () => ({ decompress });
}

describe('the codecs within kafkajs', () => {
  beforeEach(registerCodecs);

  it('reads batch after batch', async () => {
    const messages = await decoded([good(5), good(7)]);
    expect(messages.map(({ offset, value }) => [offset, String(value)])).toEqual([
      ['5', 'anna'],
      ['6', 'bert'],
      ['7', 'anna'],
      ['8', 'bert'],
    ]);
    expect(messages.map(faultOf)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('puts messages that say why in place of a damaged batch, at its offsets', async () => {
    const compressed = randomBytes(300);
    const bad = batch({ type: gzip, firstOffset: 7, count: 2, compressed, lastOffsetDelta: 9 });
    const messages = await decoded([good(5), bad, good(17)]);
    expect(messages.map(({ offset }) => offset)).toEqual(['5', '6', '7', '16', '17', '18']);
    const code = 'MESSAGE_INVALID';
    const message = expect.stringContaining('gzip') as string;
    expect(messages.slice(2, 4).map(faultOf)).toMatchObject([
      { code, message },
      { code, message },
    ]);
    expect(messages[2]).toMatchObject({ key: null, value: null });
  });

  it('invariant 8: does so with a batch that is too large, in bytes or in messages', async () => {
    const zeros = gzipSync(Buffer.alloc(BOUNDS.batchBytes + 1));
    const bomb = batch({ type: gzip, firstOffset: 0, count: 1, compressed: zeros });
    expect((await decoded([bomb])).map(faultOf)).toMatchObject([{ code: 'LIMIT_EXCEEDED' }]);
    useBounds({ batchRecords: 2 });
    const many = gzipSync(records(['a', 'b', 'c']));
    const full = batch({ type: gzip, firstOffset: 0, count: 2, compressed: many });
    expect((await decoded([full])).map(faultOf)).toMatchObject([
      { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('2 messages') as string },
      { code: 'LIMIT_EXCEEDED' },
    ]);
  });

  it('ends the consumer, and not by an error that is tried again, where more messages were lost', async () => {
    const zeros = gzipSync(Buffer.alloc(BOUNDS.batchBytes + 1));
    const count = BOUNDS.batchRecords + 1;
    const bomb = batch({ type: gzip, firstOffset: 0, count, compressed: zeros });
    await expect(decoded([bomb])).rejects.toMatchObject({
      retriable: false,
      name: 'KafkaJSNonRetriableError',
      cause: { code: 'LIMIT_EXCEEDED' },
    });
  });

  it('invariant 8: leaves the rest of an answer for the next one once enough was decompressed', async () => {
    useBounds({ answerBytes: 1000 });
    const batches = [good(0), good(2), good(4), good(6)];
    const offsets = (await decoded(batches)).map(({ offset }) => Number(offset));
    expect(offsets).toEqual([0, 1, 2, 3]);
    expect(await decoded(batches.slice(2))).toHaveLength(4);
  });

  it('refuses a batch whose records do not end where they say', async () => {
    const short = gzipSync(records(['anna', 'bert']).subarray(0, -1));
    const bad = batch({ type: gzip, firstOffset: 0, count: 2, compressed: short });
    expect((await decoded([bad])).map(faultOf)).toMatchObject([
      { code: 'MESSAGE_INVALID' },
      { code: 'MESSAGE_INVALID' },
    ]);
  });

  it('writes gzip and refuses to write what it can only read', async () => {
    const codec = kafkajs.CompressionCodecs;
    const zstd = codec[TYPES.zstd]() as { compress(from: { buffer: Buffer }): Promise<Buffer> };
    await expect(zstd.compress({ buffer: GOOD })).rejects.toMatchObject({ code: 'FIELD_INVALID' });
    const written = codec[gzip]() as typeof zstd;
    const bytes = await written.compress({ buffer: Buffer.from('a') });
    expect(String(await decompressGzip(bytes, 1))).toBe('a');
  });
});

describe('unreadable', () => {
  it('makes nothing but a refusal of a forged header', () => {
    const header = (value: string) => [['clipid-unreadable', Buffer.from(value)] as const];
    expect(unreadable({ headers: header('UNAVAILABLE later') })?.code).toBe('MESSAGE_INVALID');
    expect(unreadable({ headers: header('') })?.code).toBe('MESSAGE_INVALID');
    expect(unreadable({ headers: [] })).toBeUndefined();
  });
});
