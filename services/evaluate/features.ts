import { loadConfig } from '../config.js';
import type { LoadedBundle } from '../models/load.js';
import { openBundle } from '../models/open-bundle.js';
import { LocalRunner } from '../vision/runtime/local-runner.js';
import { networkSpecs } from '../vision/runtime/network-runner.js';
import { Recogniser } from '../vision/recogniser.js';

/** The default bundle and its recogniser in this thread; for measuring, not for serving. */
export interface Rig {
  readonly bundle: LoadedBundle;
  /** [dimension] feature of one chip, [sizePx, sizePx, 3] uint8. */
  featureOf(chip: Uint8Array): Promise<Float32Array>;
}

export async function openRig(): Promise<Rig> {
  const bundle = await openBundle(loadConfig());
  const specs = networkSpecs(bundle).filter(({ name }) => name === 'embedder');
  const runner = await LocalRunner.openSpecs(specs, { provider: 'cpu', threads: 2 });
  const recogniser = new Recogniser(runner, bundle.manifest.embedder);
  const featureOf = async (chip: Uint8Array): Promise<Float32Array> => {
    const [feature] = await recogniser.features(chip, 1);
    return feature ?? new Float32Array(bundle.manifest.embedder.dimension);
  };
  return { bundle, featureOf };
}

export function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    vector.forEach((value, i) => {
      sum[i] = (sum[i] ?? 0) + value;
    });
  }
  return Float32Array.from(sum, (value) => value / vectors.length);
}

/** The folder that a measuring command was given; ends the process with a hint where there is none. */
export function folderArgument(command: string): string {
  const folder = process.argv[2];
  if (folder !== undefined) return folder;
  process.stderr.write(`usage: npx tsx services/evaluate/${command} <folder of people>\n`);
  process.exit(2);
}
