import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../../config.js';
import { listReady } from '../../models/ready/list-ready.js';
import { type ReadyBundle, readyFiles } from '../../models/ready/ready-bundle.js';
import type { Context, Run } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { addJson } from '../options.js';
import { startProgress } from '../progress.js';
import { printBundles } from './print-bundle.js';

interface FetchFlags {
  readonly from: string;
  readonly out?: string;
  readonly sha256?: ReadonlyMap<string, string>;
  readonly json?: boolean;
}

const HELP = `
The files come from where you keep them: a folder, or a file://, http:// or https:// address under which
they lie by their names. Each is checked against its published sha256 before it gets its name. Mind
the licences: they are shown.

Ready bundles:
${listReady()
  .map((ready) => `  ${ready.manifest.name.padEnd(24)} ${namesOf(ready)}`)
  .join('\n')}

Examples:
  clipid models fetch opencv-zoo --from /mnt/models
  clipid models fetch insightface-buffalo-l --from https://models.example.org/insightface`;

function namesOf(ready: ReadyBundle): string {
  return readyFiles(ready)
    .map(({ file }) => file)
    .join(', ');
}

/** `clipid models fetch`: well-known models, from the operator's own location. */
export function fetchCommand(group: Command, run: Run): void {
  const command = group
    .command('fetch')
    .description('a well-known model, its files taken from a place of yours and checked')
    .argument('<bundle>', 'one of the ready bundles below')
    .requiredOption('--from <location>', 'folder or address that holds the files')
    .option('--out <folder>', 'where it is written (default: its name in the models folder)')
    .option('--sha256 <file=sum>', 'for files that are published without one; repeatable', sums);
  addJson(command)
    .addHelpText('after', HELP)
    .action((name: string, flags: FetchFlags) => run((context) => fetch(context, name, flags)));
}

async function fetch(
  { terminal, signal }: Context,
  name: string,
  flags: FetchFlags,
): Promise<ExitCode> {
  const { fetchBundle } = await import('../../models/fetch/fetch-bundle.js');
  const progress = startProgress(terminal, 100, '%');
  try {
    const bundle = await fetchBundle(name, {
      from: flags.from,
      out: flags.out ?? join(loadConfig().models, name),
      ...(flags.sha256 && { sha256: flags.sha256 }),
      signal,
      onProgress: ({ file, receivedBytes, sizeBytes }) =>
        progress.update(sizeBytes === null ? 0 : (100 * receivedBytes) / sizeBytes, file),
    });
    printBundles(terminal, [bundle], flags.json);
  } finally {
    progress.stop();
  }
  return EXIT.ok;
}

function sums(
  text: string,
  before: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const [file, sum, ...more] = text.split('=');
  if (!file || !sum || more.length > 0) throw new InvalidArgumentError('It is <file>=<sha256>.');
  return new Map([...before, [file, sum]]);
}
