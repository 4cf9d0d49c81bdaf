import { loadConfig } from '../config.js';
import { openBundle } from '../models/open-bundle.js';
import { FaceEmbedder } from './faces/embedder.js';

/** The default bundle in this thread; for measuring, not for serving. */
export async function openDefault(): Promise<FaceEmbedder> {
  const bundle = await openBundle(loadConfig());
  return FaceEmbedder.open(bundle, { provider: 'cpu', threads: 2 });
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
