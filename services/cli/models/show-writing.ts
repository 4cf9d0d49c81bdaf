import type { WriteProgress } from '../../models/write-bundle.js';
import { startProgress } from '../progress.js';
import type { Terminal } from '../terminal.js';

/** Runs what writes a bundle, under a progress bar. */
export async function showWriting<T>(
  terminal: Terminal,
  work: (onProgress: (progress: WriteProgress) => void) => Promise<T>,
): Promise<T> {
  const progress = startProgress(terminal, 1, 'bundle');
  try {
    return await work(({ file, done, total }) => progress.update(done / total, file));
  } finally {
    progress.stop();
  }
}
