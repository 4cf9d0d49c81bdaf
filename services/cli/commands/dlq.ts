import type { Command } from 'commander';
import type { Context, Run } from '../context.js';
import { dropLetters, replayLetters, type EndFlags } from '../dlq/end-letters.js';
import { letterJson, summaryJson } from '../dlq/letter-json.js';
import { openLetters } from '../dlq/open-letters.js';
import { plain, plainJson } from '../dlq/plain.js';
import { printLetter, printList } from '../dlq/print-letter.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { addBrokers, type KafkaFlags } from '../kafka-target.js';
import { addJson, whole } from '../options.js';

interface ListFlags extends KafkaFlags {
  readonly json?: boolean;
  readonly limit: number;
  readonly reason?: string;
}
type ShowFlags = Omit<ListFlags, 'limit'>;

const MOST_LISTED = 100_000;

const EXAMPLES = `
A message that came to no result lies in the dead-letter topic with the reason, until it is replayed
(sent again to the topic it came from) or dropped. Both happen all or nothing, so a letter is never
replayed twice, whoever interrupts it. Settings come from CLIPID_KAFKA_*.

Examples:
  clipid dlq list --reason CLIP_UNREACHABLE
  clipid dlq show clipid.clips/0/17
  clipid dlq replay clipid.clips/0/17 --yes
  clipid dlq replay --all --reason CLIP_UNREACHABLE --yes
  clipid dlq drop --all --reason MESSAGE_INVALID --yes`;

/** `clipid dlq`: messages that came to no result. */
export function dlqCommand(program: Command, run: Run): void {
  const group = program
    .command('dlq')
    .description('messages that came to no result: list, show, replay, drop')
    .addHelpText('after', EXAMPLES);
  addReading(group, run);
  addEnding(group, 'replay', 'send messages again to the topic that they came from')
    .option('--to <topic>', 'send them to this topic instead')
    .action((ids: string[], flags: EndFlags) => run((one) => replayLetters(one, ids, flags)));
  addEnding(group, 'drop', 'give messages up for good').action((ids: string[], flags: EndFlags) =>
    run((context) => dropLetters(context, ids, flags)),
  );
}

function addReading(group: Command, run: Run): void {
  addBrokers(addJson(group.command('list').description('the letters, the newest last')))
    .option('--reason <code>', 'only those with this reason')
    .option('--limit <n>', 'at most so many, the newest', whole(1, MOST_LISTED), 1000)
    .action((flags: ListFlags) => run((context) => listLetters(context, flags)));
  addBrokers(addJson(group.command('show').description('one letter, with its message')))
    .argument('<id>')
    .action((id: string, flags: ShowFlags) => run((context) => showLetter(context, id, flags)));
}

function addEnding(group: Command, name: string, description: string): Command {
  return addBrokers(group.command(name).description(description))
    .argument('[id...]')
    .option('--all', 'all letters')
    .option('--reason <code>', 'with --all: only those with this reason')
    .requiredOption('--yes', 'I know that this cannot be undone');
}

export async function listLetters(context: Context, flags: ListFlags): Promise<ExitCode> {
  const { terminal } = context;
  const deadLetters = await openLetters(context, flags);
  const { letters, more } = await deadLetters.list(flags.limit, flags.reason);
  if (flags.json === true) for (const one of letters) terminal.result(plainJson(summaryJson(one)));
  else if (letters.length > 0) printList(terminal, letters);
  else terminal.note('There is no such dead letter.');
  if (more > 0) terminal.note(`Older letters that are not shown: ${more}; see --limit.`);
  return EXIT.ok;
}

export async function showLetter(
  context: Context,
  id: string,
  flags: ShowFlags,
): Promise<ExitCode> {
  const { terminal } = context;
  const deadLetters = await openLetters(context, flags);
  const found = await deadLetters.find(id);
  if (found === undefined) {
    terminal.note(`There is no dead letter '${plain(id)}'. List them with: clipid dlq list`);
    return EXIT.notFound;
  }
  if (flags.json === true) terminal.result(plainJson(letterJson(found)));
  else printLetter(terminal, found);
  return EXIT.ok;
}
