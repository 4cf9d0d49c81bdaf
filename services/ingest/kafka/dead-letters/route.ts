import type { TopicNames } from '../connection.js';
import type { DeadLetter } from '../../messages/read-dead-letter.js';

/** What is done with a letter: the message sent to a topic, or to none (null); or nothing, and why. */
export type Route = { readonly to: string | null } | { readonly refusal: string };

const WITHOUT_KEY: Route = { refusal: 'its record has no key, so it can never be marked as done' };

/** Of a letter that is given up. */
export function dropRoute(letter: DeadLetter): Route {
  return letter.recordKey === null ? WITHOUT_KEY : { to: null };
}

function notHere(bytes: number): Route {
  return {
    refusal: `its message of ${bytes} bytes was too large to be kept: only its place is known`,
  };
}

/**
 * Of a letter whose message is sent again: to the topic it came from, if that is one of ours. Anybody
 * who may write to the dead-letter topic can put any name into a letter, so others have to be chosen
 * by the person (`chosen`).
 */
export function replayRoute(
  letter: DeadLetter,
  { clips, priority }: Pick<TopicNames, 'clips' | 'priority'>,
  chosen: string | undefined,
): Route {
  if (letter.recordKey === null) return WITHOUT_KEY;
  if (letter.leftOutBytes !== null) return notHere(letter.leftOutBytes);
  if (chosen !== undefined) return { to: chosen };
  const { topic } = letter.original;
  if (topic === null) return { refusal: 'it does not say which topic it came from; give --to' };
  if (topic === clips || topic === priority) return { to: topic };
  return { refusal: `it came from '${topic}', which is no topic of clips here; give --to` };
}
