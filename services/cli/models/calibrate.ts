import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { loadConfig } from '../../config.js';
import { similarityAt, type Targets } from '../../core/calibration.js';
import { ClipidError } from '../../core/errors.js';
import type { Material } from '../../evaluate/material.js';
import type { BundleManifest } from '../../models/manifest.js';
import type { Context, Run } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { addJson, decimal, providerOption, whole } from '../options.js';
import { startProgress } from '../progress.js';
import { calibrationText } from './calibration-text.js';

export interface CalibrateFlags {
  readonly people: string;
  readonly most: number;
  readonly targetFpr: number;
  readonly uncertainFpr: number;
  readonly seed: number;
  readonly provider?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Of a single pair: what faces of one clip, or of one enrolment, must reach to be linked to one person. */
const PAIR_RATES: Targets = { matched: 2.5e-3, uncertain: 5e-3 };

const HELP = `
<folder> holds one folder a person, in it aligned faces or clips, as for clipid evaluate. Take people and
pictures like those that will be searched, each person under one name: a rate that was measured on studio
portraits says nothing about a dark yard. All pairs of two people are compared; rates that are too small
to be counted come from a fitted tail. The curve is kept in the bundle, with the chances that MATCHED and
UNCERTAIN are to stand for: of so many faces of strangers one is taken for somebody, whatever the size
of the gallery. The bundle's id and its galleries stay as they are. A running service reads it when it
starts again. A gallery with people enough can be calibrated by itself: clipid gallery calibrate.

Where people are many enough, a quarter of them is left out, four times, and compared with what the curve
of the others says.

Examples:
  clipid models calibrate --people people/
  clipid models calibrate mine --people people/ --target-fpr 0.0001 --uncertain-fpr 0.01
  clipid models calibrate --people people/ --dry-run --json > curve.json`;

/** `clipid models calibrate`: what a similarity says about strangers. */
export function calibrateCommand(group: Command, run: Run): void {
  const rate = decimal(1e-9, 0.999);
  const command = group
    .command('calibrate')
    .description('measure how often strangers are mistaken, and set thresholds by it')
    .argument('[bundle]', 'a name in the models folder, or a folder (default: CLIPID_BUNDLE)')
    .requiredOption('--people <folder>', 'one folder a person, of aligned faces or clips')
    .option('--most <n>', 'faces (or clips) of a person that are looked at', whole(1, 100_000), 240)
    .option('--target-fpr <rate>', 'strangers that may be MATCHED with anybody', rate, 0.001)
    .option('--uncertain-fpr <rate>', 'strangers that may be UNCERTAIN or MATCHED', rate, 0.01)
    .option('--seed <n>', 'of everything that is drawn', whole(0, 2 ** 31 - 2), 1)
    .option('--dry-run', 'measure and print, and leave the bundle as it is')
    .addOption(providerOption());
  addJson(command)
    .addHelpText('after', HELP)
    .action((bundle: string | undefined, flags: CalibrateFlags) =>
      run((context) => calibrateBundle(context, bundle, flags)),
    );
}

async function calibrateBundle(
  context: Context,
  bundle: string | undefined,
  flags: CalibrateFlags,
): Promise<ExitCode> {
  const targets = { matched: flags.targetFpr, uncertain: flags.uncertainFpr };
  if (targets.matched > targets.uncertain) {
    const text = `--uncertain-fpr ${targets.uncertain} must not be below --target-fpr ${targets.matched}.`;
    throw new ClipidError('FIELD_INVALID', text, { field: '--uncertain-fpr' });
  }
  const { openBundle } = await import('../../models/open-bundle.js');
  const { writeCalibration } = await import('../../models/write-calibration.js');
  const loaded = await openBundle(loadConfig({ bundle }));
  const material = await readMaterial(context, bundle, flags);
  // First, as they may be why there is too little to measure.
  for (const problem of material.problems.slice(0, 10))
    context.terminal.note(`left out: ${problem}`);
  const { curve, checks } = await measure(context, material, flags);
  const calibration: BundleManifest['calibration'] = {
    matched: similarityAt(curve.points, PAIR_RATES.matched),
    uncertain: similarityAt(curve.points, PAIR_RATES.uncertain),
    note: `Measured on ${curve.templates} templates of ${curve.people} people.`,
    ...{ curve: { ...curve, points: [...curve.points], qualities: [...curve.qualities] } },
    ...{ targets, isOwn: true },
  };
  if (flags.dryRun !== true) await writeCalibration(loaded, calibration);
  const found = { bundleId: loaded.bundleId, calibration, checks };
  context.terminal.result(flags.json === true ? JSON.stringify(found) : calibrationText(found));
  if (flags.dryRun !== true) context.terminal.note(`Written to ${loaded.folder}.`);
  return material.problems.length > 0 ? EXIT.failed : EXIT.ok;
}

/** Faces and clips as `clipid evaluate` reads them, without sets of its own. */
async function readMaterial(
  context: Context,
  bundle: string | undefined,
  { people, most, seed, provider }: CalibrateFlags,
): Promise<Material> {
  const { readMaterials } = await import('../evaluate/read-materials.js');
  const flags = {
    ...(bundle !== undefined && { bundle: [bundle] }),
    ...(provider !== undefined && { provider }),
    ...{ aggregation: [], sharp: [], degrade: [], setsEach: 0, splits: 1, most, seed },
  };
  for await (const { material } of readMaterials(context, people, flags)) return material;
  throw new ClipidError('FIELD_INVALID', `${people} has nothing to compare.`, {
    field: '--people',
  });
}

async function measure(
  { terminal, signal }: Context,
  material: Material,
  { seed }: CalibrateFlags,
) {
  const { calibrate } = await import('../../evaluate/calibration/calibrate.js');
  const { crossCheck } = await import('../../evaluate/calibration/cross-check.js');
  const { comparedTemplates } = await import('../../evaluate/calibration/templates.js');
  const { ScorePool } = await import('../../evaluate/scoring/score-pool.js');
  const items = comparedTemplates(material, seed);
  const progress = startProgress(terminal, 100, '%');
  const pool = ScorePool.start(availableParallelism());
  const options = { seed, signal, nowMs: Date.now() };
  try {
    const onProgress = (share: number): void => progress.update(100 * share, 'all pairs');
    const curve = await calibrate(pool, items, { ...options, onProgress });
    return { curve, checks: await crossCheck(pool, items, options) };
  } finally {
    progress.stop();
    await pool.close();
  }
}
