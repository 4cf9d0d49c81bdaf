import { ClipidError } from '../../core/errors.js';
import { validateSampling } from '../../core/field-rules.js';
import type { SourceMessage } from '../../core/source-message.js';
import { ClipSubmitted } from '../../gen/clipid/v1/events.js';
import type { SubmitClip } from '../../identify/port.js';
import { fromSubmission, type Submission } from '../../wire/submission.js';
import { checkId } from '../../wire/validate.js';
import { isJson } from './content-type.js';
import { textOf } from './headers.js';
import { guarded, messageInvalid } from './invalid.js';
import { originOf } from './origin.js';
import { decodeWhole } from './strict-reader.js';
import { parseSubmission } from './submission-json.js';

const MAX_VALUE_BYTES = 256 * 1024;
/** All of them go with the message wherever it goes on to: to a retry, to the dead letters. */
const MAX_HEADER_BYTES = 64 * 1024;

/**
 * What a message asks for: a ClipSubmitted in protobuf's binary or JSON form. Nothing but our own
 * errors leaves, whatever the bytes: MESSAGE_INVALID, FIELD_INVALID, LIMIT_EXCEEDED (256 KiB; key and
 * headers 64 KiB).
 */
export function decodeSubmission(message: SourceMessage): SubmitClip {
  return guarded('value cannot be read', () => {
    checkHeaders(message);
    const { clipId, ...rest } = readValue(message);
    const submit = fromSubmission({
      ...rest,
      clipId: clipId === '' ? idOfKey(message.key) : clipId,
    });
    checkSampling(submit);
    return { ...submit, origin: originOf(message) };
  });
}

function readValue(message: SourceMessage): Submission {
  const isInJson = isJson(message.headers);
  const value = checkSize(message.value);
  if (!isInJson) return readBinary(value);
  const json = textOf(value);
  if (json === undefined) throw messageInvalid('value is not UTF-8: send JSON in UTF-8.');
  return parseSubmission(json);
}

function checkSize(value: Uint8Array | null): Uint8Array {
  if (value === null || value.length === 0)
    throw messageInvalid('value is empty: send a ClipSubmitted.');
  if (value.length <= MAX_VALUE_BYTES) return value;
  const message = `value has ${value.length} bytes; at most ${MAX_VALUE_BYTES} are allowed: send less metadata.`;
  throw new ClipidError('LIMIT_EXCEEDED', message, { field: 'value' });
}

function checkHeaders({ key, headers }: SourceMessage): void {
  const bytes = headers.reduce(
    (sum, [name, value]) => sum + name.length + value.length,
    key?.length ?? 0,
  );
  if (bytes <= MAX_HEADER_BYTES) return;
  const message = `key and headers have ${bytes} bytes; at most ${MAX_HEADER_BYTES} are allowed.`;
  throw new ClipidError('LIMIT_EXCEEDED', message, { field: 'headers' });
}

function readBinary(value: Uint8Array): Submission {
  const problem =
    'value is not a ClipSubmitted in binary form; JSON needs the header content-type: application/json';
  return guarded(problem, () => decodeWhole(ClipSubmitted, value));
}

/** Empty where there is no key, or bytes that cannot be an id: then the id comes from the uri. */
function idOfKey(key: Uint8Array | null): string {
  const text = textOf(key ?? new Uint8Array(0)) ?? '';
  return text === '' ? '' : checkId(text, 'key');
}

/** Offsets beyond what a number counts exactly; the rate is the server's where none is given. */
function checkSampling({ sampling }: SubmitClip): void {
  if (sampling !== undefined) validateSampling('sampling', { framesPerSecond: 1, ...sampling });
}
