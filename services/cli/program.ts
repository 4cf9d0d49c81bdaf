import { Command, CommanderError } from 'commander';
import { packageVersion } from '../config.js';
import { toClipidError } from '../core/errors.js';
import { demoCommand } from './commands/demo.js';
import { dlqCommand } from './commands/dlq.js';
import { enrollCommand } from './commands/enroll.js';
import { evaluateCommand } from './commands/evaluate.js';
import { galleryCommand } from './commands/gallery.js';
import { identityCommand } from './commands/identity.js';
import { ingestCommand } from './commands/ingest.js';
import { kafkaCommand } from './commands/kafka.js';
import { modelsCommand } from './commands/models.js';
import { searchCommand } from './commands/search.js';
import { serveCommand } from './commands/serve.js';
import type { Context, Work } from './context.js';
import { EXIT, exitCodeHelp, exitCodeOf, type ExitCode } from './exit-codes.js';
import { debugError, describeError } from './report-error.js';

const EXAMPLES = `
To get going:
  clipid demo                              see it work on pictures that come along
  clipid enroll anna anna.jpg              tell who somebody is
  clipid ingest recordings/                who is in these clips?
  clipid search visitor.jpg                who is this, and where were they seen?
  clipid serve                             the same for other programs, over gRPC
  clipid evaluate people/                  how well are these people recognised?

Without --server a command opens the data folder itself (var/data, or --data <folder>), which one
process can do at a time; beside a running server use --server <address>.
`;

/** Parses the arguments, does the work and says how it ended. Throws nothing. */
export async function runCli(args: readonly string[], context: Context): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = buildProgram(context, async (work) => {
    exitCode = await attempt(context, work, program.opts<{ debug?: boolean }>().debug === true);
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has printed it: help and version end with 0, everything else is a wrong argument.
    exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exitCode;
}

function buildProgram(context: Context, run: (work: Work) => Promise<void>): Command {
  const program = new Command('clipid')
    .description('Who is in a video clip, and where else were they seen.')
    .version(packageVersion())
    .option('--debug', 'show the details of an error')
    .showHelpAfterError('(clipid --help shows how it is used)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.terminal.result(text.trimEnd()),
      writeErr: (text) => context.terminal.note(text.trimEnd()),
    })
    .addHelpText('after', `${EXAMPLES}\n${exitCodeHelp()}`);
  const add = [serveCommand, enrollCommand, ingestCommand, searchCommand];
  const addLater = [
    galleryCommand,
    identityCommand,
    modelsCommand,
    evaluateCommand,
    kafkaCommand,
    dlqCommand,
    demoCommand,
  ];
  for (const command of [...add, ...addLater]) command(program, run);
  return program;
}

async function attempt(context: Context, work: Work, debug: boolean): Promise<ExitCode> {
  try {
    return await work(context);
  } catch (thrown) {
    const error = toClipidError(thrown);
    context.terminal.note(debug ? debugError(error) : describeError(error));
    return exitCodeOf(error);
  }
}
