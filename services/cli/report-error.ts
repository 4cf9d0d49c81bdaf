import { type ClipidError } from '../core/errors.js';

/** What to do about an error, where its message alone does not say so. */
const ADVICE: Partial<Record<ClipidError['code'], string>> = {
  UNAVAILABLE: 'Is the server running, and is --server its address?',
  GALLERY_NOT_FOUND: 'List the galleries with: clipid gallery list',
  IDENTITY_NOT_FOUND: 'List the identities with: clipid identity list',
  URI_FORBIDDEN: 'The server reads only what its --allow-folder and --allow-host name.',
  INTERNAL: 'This is a fault of clipid; run again with --debug for the details.',
};

/** An error in one or two lines for a person: what is wrong, what to do. */
export function describeError(error: ClipidError): string {
  // Errors of Kafka say themselves what to do, and it is not about the server.
  const advice = error.message.startsWith('Kafka:') ? undefined : ADVICE[error.code];
  const lines = [`clipid: ${oneLine(error.message)}`];
  if (advice !== undefined && !error.message.includes(advice)) lines.push(advice);
  return lines.join('\n');
}

/** Everything that is known of an error, for --debug. */
export function debugError(error: ClipidError): string {
  const facts = Object.entries(error.details).map(([name, value]) => `  ${name}: ${value}`);
  const causes = causesOf(error).map((cause) => `  caused by ${cause}`);
  return [`${error.code} ${error.stack ?? error.message}`, ...facts, ...causes].join('\n');
}

function causesOf(error: Error): string[] {
  const found: string[] = [];
  for (let cause = error.cause; cause instanceof Error && found.length < 5; cause = cause.cause) {
    found.push(cause.stack ?? cause.message);
  }
  return found;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
