import { ClipidError } from '../../core/errors.js';
import type { EndResult, LetterChoice } from '../../ingest/kafka/dead-letters.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { KafkaFlags } from '../kafka-target.js';
import { openLetters } from './open-letters.js';
import { plain } from './plain.js';

export interface EndFlags extends KafkaFlags {
  readonly all?: boolean;
  readonly reason?: string;
  /** Of a replay. */
  readonly to?: string;
}

type End = (choice: LetterChoice, onProgress: (ended: number) => void) => Promise<EndResult>;

const MOST_NAMED = 20;

/** Sends messages again; prints the ids of their letters. */
export async function replayLetters(
  context: Context,
  ids: readonly string[],
  flags: EndFlags,
): Promise<ExitCode> {
  const choice = choiceOf(ids, flags);
  const letters = await openLetters(context, flags);
  return end(context, choice, 'Replayed', (which, onProgress) =>
    letters.replay(which, flags.to, onProgress),
  );
}

/** Gives messages up; prints the ids of their letters. */
export async function dropLetters(
  context: Context,
  ids: readonly string[],
  flags: EndFlags,
): Promise<ExitCode> {
  const choice = choiceOf(ids, flags);
  const letters = await openLetters(context, flags);
  return end(context, choice, 'Dropped', (which, onProgress) => letters.drop(which, onProgress));
}

/** Throws FIELD_INVALID unless there are either ids or --all. */
export function choiceOf(ids: readonly string[], { all, reason }: EndFlags): LetterChoice {
  if (all === true && ids.length === 0) return { all, reason };
  if (all === true) throw invalid('Give either ids or --all.', '--all');
  if (ids.length === 0) throw invalid('Which letters? Give their ids, or --all.', 'id');
  if (reason !== undefined) throw invalid('--reason goes with --all.', '--reason');
  return { ids };
}

async function end(
  context: Context,
  choice: LetterChoice,
  done: string,
  work: End,
): Promise<ExitCode> {
  let count = 0;
  try {
    return report(context, choice, done, await work(choice, (ended) => (count = ended)));
  } catch (thrown) {
    if (count > 0) context.terminal.note(`${done} ${letters(count)} before it stopped.`);
    throw thrown;
  }
}

function report(
  { terminal }: Context,
  choice: LetterChoice,
  done: string,
  { ended, refused }: EndResult,
): ExitCode {
  for (const id of ended) terminal.result(plain(id));
  const named = [...refused].slice(0, MOST_NAMED);
  for (const [id, why] of named) terminal.note(plain(`Left '${id}' as it is: ${why}.`));
  if (refused.size > named.length) terminal.note(`So were ${refused.size - named.length} more.`);
  const known = new Set([...ended, ...refused.keys()]);
  const missing = 'ids' in choice ? choice.ids.filter((id) => !known.has(id)) : [];
  for (const id of missing) terminal.note(`There is no dead letter '${plain(id)}'.`);
  terminal.note(`${done} ${letters(ended.length)}.`);
  if (missing.length > 0) return EXIT.notFound;
  return refused.size > 0 ? EXIT.failed : EXIT.ok;
}

function letters(count: number): string {
  return count === 1 ? '1 letter' : `${count} letters`;
}

function invalid(message: string, field: string): ClipidError {
  return new ClipidError('FIELD_INVALID', message, { field });
}
