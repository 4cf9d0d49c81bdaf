import type { QualityScorer } from '../quality.js';
import type { Stages } from '../stages.js';
import type { Look } from './look.js';
import { blurredPicture } from './pictures.js';
import { mean, percent, round, type VerifyCheck } from './report.js';

/** Share of faces that must lose quality when they are blurred. */
const MOST = 0.8;

/** Scores of the same faces, sharp and blurred; points and boxes are the sharp ones'. */
interface Scores {
  readonly sharp: readonly number[];
  readonly blurred: readonly number[];
}

/** Throws MODEL_FAILED, BUNDLE_INVALID. */
export async function qualityChecks(
  { aligner, quality }: Stages,
  looks: readonly Look[],
): Promise<VerifyCheck[]> {
  const sharp: number[] = [];
  const blurred: number[] = [];
  for (const look of looks) {
    sharp.push(...(await scoresOf(quality, look, aligner.sizePx)));
    const frame = blurredPicture(look.frame);
    const chips = aligner.chips(frame, look.faces);
    blurred.push(...(await scoresOf(quality, { ...look, frame, chips }, aligner.sizePx)));
  }
  return [constantCheck(sharp), blurCheck({ sharp, blurred })];
}

function scoresOf(
  quality: QualityScorer,
  { frame, faces, chips }: Look,
  chipPx: number,
): Promise<readonly number[]> {
  return quality.score({ frame, faces, chips, chipPx });
}

function constantCheck(scores: readonly number[]): VerifyCheck {
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  const ok = most - least > 1e-6 * Math.max(1, Math.abs(most));
  const words = ok
    ? `qualities lie between ${round(least)} and ${round(most)}`
    : `every face has the quality ${round(most)}: all frames would weigh the same. Check the input of ` +
      'the quality net and that its weights are trained';
  return { name: 'quality differs', ok, words, figure: most - least };
}

function blurCheck({ sharp, blurred }: Scores): VerifyCheck {
  const loses = sharp.map((score, i) => (score > (blurred[i] ?? score) ? 1 : 0));
  const share = mean(loses);
  const ok = share >= MOST;
  const seen = `${percent(share)} of the faces have a lower quality when they are blurred`;
  const words = ok
    ? seen
    : `${seen}; at least ${percent(MOST)} are expected: the score is untrained, or larger means worse`;
  return { name: 'quality sees blur', ok, words, figure: share };
}
