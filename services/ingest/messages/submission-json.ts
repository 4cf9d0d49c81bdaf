import { z } from 'zod';
import { validateMetadata } from '../../core/field-rules.js';
import type { Json } from '../../core/types.js';
import { clipPriorityFromJSON, type ClipPriority } from '../../gen/clipid/v1/clip.js';
import type { Submission } from '../../wire/submission.js';
import { guarded } from './invalid.js';
import { isObject, parseFields, protoFields } from './json-fields.js';
import { durationJson, timestampJson } from './json-times.js';

const A_NUMBER = 'must be a number';
const AN_OBJECT = 'must be an object';

const text = z.string('must be text').default('');
const number = z.union(
  [
    z.number(),
    z
      .string()
      .regex(/^-?\d{1,20}(\.\d{1,20})?$/)
      .transform(Number),
  ],
  A_NUMBER,
);

const sampling = protoFields
  .pipe(
    z.strictObject(
      {
        frames_per_second: number.optional(),
        start_offset: durationJson.optional(),
        end_offset: durationJson.optional(),
      },
      AN_OBJECT,
    ),
  )
  .transform((fields) => ({
    framesPerSecond: fields.frames_per_second,
    startOffset: fields.start_offset,
    endOffset: fields.end_offset,
  }));

const submission = protoFields
  .pipe(
    z.strictObject(
      {
        clip_id: text,
        uri: text,
        gallery_id: text,
        enroll_as: text,
        metadata: z.custom<Record<string, Json>>(isObject, AN_OBJECT).optional(),
        sampling: sampling.optional(),
        priority: z
          .union([z.number(), z.string()], 'must be NORMAL or HIGH')
          .default('NORMAL')
          .transform(toPriority),
        not_after: timestampJson.optional(),
      },
      'must be a JSON object',
    ),
  )
  .transform(({ clip_id, gallery_id, enroll_as, not_after, ...rest }) => ({
    ...{ clipId: clip_id, galleryId: gallery_id, enrollAs: enroll_as, notAfter: not_after },
    ...{ ...rest, metadata: rest.metadata, sampling: rest.sampling },
  }));

/**
 * A ClipSubmitted in protobuf's JSON form, strictly: an unknown field is an error. Enum values may
 * also be called by their short names. Throws MESSAGE_INVALID for what is no JSON, FIELD_INVALID,
 * LIMIT_EXCEEDED.
 */
export function parseSubmission(json: string): Submission {
  const value = guarded('value is not JSON', (): unknown => JSON.parse(json));
  const parsed = parseFields(submission, value);
  // Its depth is bounded here, before anything walks through it.
  if (parsed.metadata !== undefined) validateMetadata('metadata', parsed.metadata);
  return parsed;
}

/** `HIGH`, `CLIP_PRIORITY_HIGH` and 2 are the same; what is none of them is refused by its reader. */
function toPriority(given: string | number): ClipPriority {
  const isShort = typeof given === 'string' && !given.startsWith('CLIP_PRIORITY_');
  return clipPriorityFromJSON(isShort ? `CLIP_PRIORITY_${given}` : given);
}
