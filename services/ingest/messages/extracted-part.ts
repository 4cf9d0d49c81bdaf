import { ClipidError } from '../../core/errors.js';
import { ExtractedPart as PartMessage } from '../../gen/clipid/v1/tracks.js';
import { guarded, messageInvalid } from './invalid.js';
import { decodeWhole } from './strict-reader.js';

/** A broker takes messages of about 1 MB unless told otherwise. */
const MAX_PART_BYTES = 512 * 1024;
/** For what stands around the content: numbers, and an id with a topic of at most 249 characters. */
const CONTENT_BYTES = MAX_PART_BYTES - 1024;
const MAX_ID_CHARACTERS = 512;
export const MAX_CONTENT_BYTES = 64 * 1024 * 1024;
const MAX_PARTS = Math.ceil(MAX_CONTENT_BYTES / CONTENT_BYTES);

/** One message of the topic of tracks. */
export interface ExtractedPart {
  readonly submissionId: string;
  /** From 0. */
  readonly part: number;
  /** How many there are, at least 1. */
  readonly parts: number;
  readonly content: Uint8Array;
}

/** `content` in encoded parts of at most 512 KiB. Throws LIMIT_EXCEEDED above 64 MiB. */
export function splitContent(submissionId: string, content: Uint8Array): Uint8Array[] {
  if (content.length > MAX_CONTENT_BYTES) throw tooLarge(content.length);
  const parts = Math.max(1, Math.ceil(content.length / CONTENT_BYTES));
  return Array.from({ length: parts }, (_, part) => {
    const piece = content.subarray(part * CONTENT_BYTES, (part + 1) * CONTENT_BYTES);
    return PartMessage.encode({
      ...{ submissionId, part, parts },
      content: Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength),
    }).finish();
  });
}

/** Throws MESSAGE_INVALID, whatever the bytes. */
export function decodePart(bytes: Uint8Array): ExtractedPart {
  if (bytes.length > MAX_PART_BYTES)
    throw messageInvalid(
      `A part has ${bytes.length} bytes; at most ${MAX_PART_BYTES} are allowed.`,
    );
  const part = guarded('value is not an ExtractedPart', () => decodeWhole(PartMessage, bytes));
  if (isPlausible(part)) return part;
  throw messageInvalid(
    `The part is number ${part.part} of ${part.parts}, counting from 0, of at most ${MAX_PARTS}; its submission_id has ${part.submissionId.length} characters, of 1 to ${MAX_ID_CHARACTERS}.`,
  );
}

/** What the parts are of, in order. Throws MESSAGE_INVALID above 64 MiB. */
export function joinContent(contents: readonly Uint8Array[]): Uint8Array {
  const bytes = contents.reduce((sum, content) => sum + content.length, 0);
  if (bytes <= MAX_CONTENT_BYTES) return Buffer.concat(contents, bytes);
  throw messageInvalid(`The parts have ${bytes} bytes; at most ${MAX_CONTENT_BYTES} are allowed.`);
}

function isPlausible({ submissionId, part, parts }: ExtractedPart): boolean {
  const isNamed = submissionId.length >= 1 && submissionId.length <= MAX_ID_CHARACTERS;
  return isNamed && part >= 0 && part < parts && parts <= MAX_PARTS;
}

function tooLarge(bytes: number): ClipidError {
  return new ClipidError(
    'LIMIT_EXCEEDED',
    `The clip's tracks have ${bytes} bytes; at most ${MAX_CONTENT_BYTES} are allowed: look at fewer frames per second, or at a part of the clip.`,
    { field: 'sampling.frames_per_second' },
  );
}
