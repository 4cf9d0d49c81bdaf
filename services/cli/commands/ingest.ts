import type { Command } from 'commander';
import { ClipidError } from '../../core/errors.js';
import type { ClipidClient } from '../../search/client.js';
import { withClient, type Context, type Run } from '../context.js';
import { ensureGallery } from '../ensure-gallery.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { clipText } from '../ingest/clip-json.js';
import { ingestAll } from '../ingest/ingest-all.js';
import { IngestProgress } from '../ingest/ingest-progress.js';
import { addGallery, addJson, addTarget, decimal, type ServiceFlags } from '../options.js';
import { clipsIn } from '../walk.js';

export interface IngestFlags extends ServiceFlags {
  readonly fps?: number;
}

const EXAMPLES = `
Every file of a folder is taken, without hidden ones. A file's id is its content, so a file that was
moved or ingested before is not worked on again. With --server the server reads the files itself:
the folder must be one that it serves with --allow-folder.

Examples:
  clipid ingest clip.mp4
  clipid ingest recordings/ --fps 4 --json > tracks.jsonl
  clipid ingest https://cameras.example/door.mp4 --server 127.0.0.1:50051`;

/** `clipid ingest`: who is in these clips? */
export function ingestCommand(program: Command, run: Run): void {
  const command = program
    .command('ingest')
    .description('find and identify the people in clips')
    .argument('<clip|folder|uri...>', 'video files, folders of them, or uris')
    .option('--fps <number>', 'frames a second that are looked at', decimal(0.1, 60));
  addJson(addTarget(addGallery(command)))
    .addHelpText('after', EXAMPLES)
    .action((args: string[], flags: IngestFlags) => run((context) => ingest(context, args, flags)));
}

/** Ingests and prints; 1 where a clip failed, after all the others were done. */
export async function ingest(
  context: Context,
  args: readonly string[],
  flags: IngestFlags,
): Promise<ExitCode> {
  const sources = await clipsIn(args);
  if (sources.length === 0)
    throw new ClipidError('FIELD_INVALID', 'There are no files in these folders.');
  const progress = new IngestProgress(context.terminal);
  return withClient(
    context,
    flags,
    (client) => ingestWith(client, context, sources, flags, progress),
    progress.onFrame,
  );
}

async function ingestWith(
  client: ClipidClient,
  context: Context,
  sources: readonly string[],
  flags: IngestFlags,
  progress: IngestProgress,
): Promise<ExitCode> {
  const { signal, terminal } = context;
  await ensureGallery(client, flags.gallery, terminal, signal);
  const settings = {
    galleryId: flags.gallery,
    signal,
    ...(flags.fps === undefined ? {} : { framesPerSecond: flags.fps }),
  };
  let failed = 0;
  progress.start(sources.length);
  try {
    for await (const clip of ingestAll(client, sources, settings, progress.onState)) {
      terminal.result(flags.json === true ? JSON.stringify(clip) : clipText(clip));
      if (clip.error !== undefined) failed++;
    }
  } finally {
    progress.stop();
  }
  if (failed > 0) terminal.note(`${failed} of ${sources.length} clips failed.`);
  return failed > 0 ? EXIT.failed : EXIT.ok;
}
