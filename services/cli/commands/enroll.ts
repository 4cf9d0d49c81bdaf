import type { Command } from 'commander';
import type { ClipidClient } from '../../search/client.js';
import { withClient, type Context, type Run } from '../context.js';
import { enrollSource, type EnrollJson, type EnrollSettings } from '../enroll/enroll-source.js';
import { ensureGallery } from '../ensure-gallery.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { addGallery, addJson, addTarget, type ServiceFlags } from '../options.js';
import { startProgress } from '../progress.js';
import { decimals } from '../table.js';

export interface EnrollFlags extends ServiceFlags {
  readonly name?: string;
}

const EXAMPLES = `
Each picture or clip must show one person. Images are sent to the server; clips are read by it. The
gallery and the identity are created when they are missing. People who were seen before and are this
one get the name, too.

Examples:
  clipid enroll anna anna.jpg anna-at-work.mp4 --name 'Anna K.'
  clipid enroll anna *.jpg --json --server 127.0.0.1:50051`;

/** `clipid enroll`: tell who somebody is. */
export function enrollCommand(program: Command, run: Run): void {
  const command = program
    .command('enroll')
    .description('add pictures or clips of a person under an identity')
    .argument('<identity>', 'id of the person, of your choice')
    .argument('<image|clip|uri...>', 'pictures or clips that show this one person')
    .option('--name <name>', 'name for people to read');
  addJson(addTarget(addGallery(command)))
    .addHelpText('after', EXAMPLES)
    .action((identity: string, sources: string[], flags: EnrollFlags) =>
      run((context) => enroll(context, identity, sources, flags)),
    );
}

/** Enrols and prints; 1 where a source gave nothing, after all the others were done. */
export function enroll(
  context: Context,
  identityId: string,
  sources: readonly string[],
  flags: EnrollFlags,
): Promise<ExitCode> {
  const settings = {
    galleryId: flags.gallery,
    identityId,
    signal: context.signal,
    ...(flags.name === undefined ? {} : { displayName: flags.name }),
  };
  return withClient(context, flags, async (client) => {
    await ensureGallery(client, flags.gallery, context.terminal, context.signal);
    return enrollAll(client, context, sources, settings, flags.json === true);
  });
}

/** One call a source: a large picture more does not make the message too long. */
async function enrollAll(
  client: ClipidClient,
  { terminal }: Context,
  sources: readonly string[],
  settings: EnrollSettings,
  json: boolean,
): Promise<ExitCode> {
  const progress = startProgress(terminal, sources.length, 'sources');
  let failed = 0;
  try {
    for (const [index, source] of sources.entries()) {
      progress.update(index, source);
      const result = await enrollSource(client, source, settings);
      terminal.result(json ? JSON.stringify(result) : enrollText(result));
      if (result.templateId === null) failed++;
    }
  } finally {
    progress.stop();
  }
  return failed > 0 ? EXIT.failed : EXIT.ok;
}

function enrollText(result: EnrollJson): string {
  const { source, identity, templateId, quality, qualityKind, reasons, message } = result;
  if (templateId === null) {
    return `${source}: nothing enrolled (${reasons.join(', ')}): ${message}`;
  }
  const renamed = result.renamedAppearances;
  const found = renamed > 0 ? `; ${renamed} earlier appearances are ${identity}` : '';
  return `${source}: enrolled as ${identity}, ${qualityKind ?? ''} quality ${decimals(quality)}${found}`;
}
