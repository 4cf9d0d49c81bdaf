import type { SourceMessage } from '../../core/source-message.js';

/** Where the message was first: `<topic>/<partition>/<offset>`. The same message has the same id. */
export function submissionIdOf({ topic, partition, offset }: SourceMessage): string {
  return `${topic}/${partition}/${offset}`;
}
