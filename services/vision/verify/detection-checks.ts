import type { RgbFrame } from '../../core/types.js';
import type { DetectorPart } from '../../models/manifest.js';
import { Detector } from '../detector.js';
import type { Detection } from '../detectors/detection.js';
import type { NetworkRunner } from '../runtime/network-runner.js';
import { inputVariants } from './input-variants.js';
import { mean, round, type VerifyCheck, type VerifySample } from './report.js';

/** Far below what any threshold is, to see what the detector nearly found. */
const LOW_SCORE = 0.01;
/** A mean score that is higher by this with another input is no accident. */
const BETTER_BY = 0.05;
/** Frames by which the time is measured. */
const TIMED_FRAMES = 3;

/** Whether as many faces were found as the pictures have. found: as many lists as samples. */
export function countCheck(
  samples: readonly VerifySample[],
  found: readonly (readonly Detection[])[],
): VerifyCheck {
  const wrong = samples.flatMap(({ name, leastFaces, mostFaces }, i) => {
    const count = found[i]?.length ?? 0;
    if (count >= leastFaces && count <= mostFaces) return [];
    return [`${name}: ${count} found, ${leastFaces} to ${mostFaces} are there`];
  });
  const total = found.reduce((sum, faces) => sum + faces.length, 0);
  const words =
    wrong.length === 0
      ? `${total} faces in ${samples.length} pictures, as many as there are`
      : `${wrong.join('; ')}. Too many: scoreThreshold is too low or nmsIou too high. Too few: ` +
        'scoreThreshold is too high, or see the check of the input';
  return { name: 'faces found', ok: wrong.length === 0, words, figure: total };
}

/** How long a frame takes the detector, which has run before. Throws MODEL_FAILED, BUNDLE_INVALID. */
export async function latencyCheck(detector: Detector, frame: RgbFrame): Promise<VerifyCheck> {
  const startedMs = performance.now();
  for (let i = 0; i < TIMED_FRAMES; i++) await detector.detect(frame);
  const figure = (performance.now() - startedMs) / TIMED_FRAMES;
  const words = `a frame of ${frame.widthPx} x ${frame.heightPx} takes the detector ${round(figure)} ms`;
  return { name: 'detector latency', ok: true, words, figure };
}

/**
 * Feeds the detector in other ways: where one of them gives clearly higher scores, the manifest is
 * probably wrong about the input. Throws MODEL_FAILED, BUNDLE_INVALID.
 */
export async function inputCheck(
  runner: NetworkRunner,
  part: DetectorPart,
  samples: readonly VerifySample[],
): Promise<VerifyCheck> {
  const own = await meanScore(runner, part, samples);
  let best = { words: '', score: own };
  for (const { words, input } of inputVariants(part.input)) {
    const score = await meanScore(runner, { ...part, input }, samples);
    if (score > best.score) best = { words, score };
  }
  const ok = best.score <= own + BETTER_BY;
  return { name: 'detector input', ok, words: inputWords(part, own, best, ok), figure: own };
}

function inputWords(
  { scoreThreshold }: DetectorPart,
  own: number,
  best: { readonly words: string; readonly score: number },
  ok: boolean,
): string {
  const seen = `the mean score of the clearest faces is ${round(own)}`;
  if (!ok) return `${seen}, but ${round(best.score)} with ${best.words}: the input is probably so`;
  if (own >= scoreThreshold) return `${seen}; no other colour order, mean or std is clearly better`;
  return (
    `${seen}, below the scoreThreshold of ${round(scoreThreshold)}, whatever colour order, mean and ` +
    'std: lower it, or check family, layout, strides and that the weights are trained'
  );
}

/** Of the faces that must be there, best first; a face that is not found counts as 0. */
async function meanScore(
  runner: NetworkRunner,
  part: DetectorPart,
  samples: readonly VerifySample[],
): Promise<number> {
  const detector = new Detector(runner, { ...part, scoreThreshold: LOW_SCORE });
  const scores: number[] = [];
  for (const { frame, leastFaces } of samples) {
    const found = await detector.detect(frame);
    for (let i = 0; i < leastFaces; i++) scores.push(found[i]?.score ?? 0);
  }
  return scores.length === 0 ? 0 : mean(scores);
}
