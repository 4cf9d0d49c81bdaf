import type { Command } from 'commander';
import sharp from 'sharp';
import { loadConfig } from '../../config.js';
import type { VerifyReport, VerifySample } from '../../vision/verify.js';
import type { Context, Run } from '../context.js';
import { photoPath } from '../demo/photos.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { addJson, providerOption } from '../options.js';
import { table } from '../table.js';

interface VerifyFlags {
  readonly provider?: string;
  readonly json?: boolean;
}

/** Photos that come along, and how many faces a detector finds in them, at least and at most. */
const PHOTOS = [
  { photo: 'sample1.jpg', leastFaces: 3, mostFaces: 4 },
  { photo: 'sample4.jpg', leastFaces: 3, mostFaces: 4 },
] as const;
const WIDTH_PX = 1280;

const HELP = `
Every stage runs on photos that come along: are faces found, do points lie where points of a face lie,
are two people apart and a person near their own mirror image, does the quality tell sharp from blurred?
What it cannot see is said below the table. Ends with 1 where something is wrong.`;

/** `clipid models verify`: does every stage make sense? */
export function verifyCommand(group: Command, run: Run): void {
  const command = group
    .command('verify')
    .description('run every stage on photos and say in words what is wrong')
    .argument('[bundle]', 'a name in the models folder, or a folder (default: CLIPID_BUNDLE)')
    .addOption(providerOption());
  addJson(command)
    .addHelpText('after', HELP)
    .action((bundle: string | undefined, flags: VerifyFlags) =>
      run((context) => verify(context, bundle, flags)),
    );
}

async function verify(
  { terminal }: Context,
  bundle: string | undefined,
  flags: VerifyFlags,
): Promise<ExitCode> {
  const { openBundle } = await import('../../models/open-bundle.js');
  const { LocalRunner } = await import('../../vision/runtime/local-runner.js');
  const { chooseProvider } = await import('../../vision/runtime/providers.js');
  const { verifyBundle } = await import('../../vision/verify.js');
  const config = loadConfig({ bundle, provider: flags.provider });
  const loaded = await openBundle(config);
  const { provider } = await chooseProvider(config.provider);
  const runner = await LocalRunner.open(loaded, { provider, threads: 1 });
  const samples = await Promise.all(PHOTOS.map(sample));
  const report = await verifyBundle(runner, loaded, samples);
  if (flags.json === true)
    terminal.result(JSON.stringify({ bundleId: loaded.bundleId, ...report }));
  else terminal.result(verifyText(loaded.bundleId, report));
  return report.ok ? EXIT.ok : EXIT.failed;
}

async function sample({ photo, ...faces }: (typeof PHOTOS)[number]): Promise<VerifySample> {
  const picture = sharp(photoPath(photo))
    .resize(WIDTH_PX)
    .removeAlpha()
    .toColourspace('srgb')
    .raw();
  const { data, info } = await picture.toBuffer({ resolveWithObject: true });
  const size = { widthPx: info.width, heightPx: info.height, timestampMs: 0 };
  return { name: photo, frame: { ...size, pixels: Uint8Array.from(data) }, ...faces };
}

/** The checks as a table, then what no check can see. */
export function verifyText(bundleId: string, { ok, checks, cannotSee }: VerifyReport): string {
  const rows = checks.map((check) => [check.ok ? 'ok' : 'WRONG', check.name, check.words]);
  const wrong = checks.filter((check) => !check.ok).length;
  return [
    `${bundleId}: ${ok ? 'every stage makes sense' : `${wrong} of ${checks.length} checks failed`}`,
    table(['', 'check', 'what was seen'], rows),
    'Not to be seen this way:',
    ...cannotSee.map((one) => `  ${one}`),
  ].join('\n');
}
