import type { LoadedBundle } from '../models/load.js';
import { type BundleManifest, untrainedParts } from '../models/manifest.js';
import type { Detection } from './detectors/detection.js';
import type { NetworkRunner } from './runtime/network-runner.js';
import { postprocessOf } from './postprocess.js';
import { Recogniser } from './recogniser.js';
import { createStages, type Stages } from './stages.js';
import { chipCheck, fitCheck } from './verify/chip-checks.js';
import { countCheck, inputCheck, latencyCheck } from './verify/detection-checks.js';
import {
  compare,
  differCheck,
  NOBODY_TO_COMPARE,
  nearestCheck,
  separation,
} from './verify/feature-checks.js';
import { inputVariants } from './verify/input-variants.js';
import { embed, lookAt, lookTwice, type Look, type LookTwice } from './verify/look.js';
import { pointsCheck, templateCheck } from './verify/point-checks.js';
import { qualityChecks } from './verify/quality-checks.js';
import {
  attempt,
  CANNOT_SEE,
  type VerifyCheck,
  type VerifyReport,
  type VerifySample,
} from './verify/report.js';

export type { VerifyCheck, VerifyReport, VerifySample } from './verify/report.js';

/** Another input of the embedder is named only where it tells people apart by this much. */
const TELLS_APART = 0.1;

/**
 * Runs every stage of a bundle on pictures with known faces, and says in words what is wrong. Wants at
 * least one picture with two people or more. What it cannot see is in the report. Errors of a stage are
 * failed checks; throws what is not a ClipidError.
 */
export async function verifyBundle(
  runner: NetworkRunner,
  bundle: LoadedBundle,
  samples: readonly VerifySample[],
): Promise<VerifyReport> {
  return new Verification(runner, bundle.manifest, samples).report();
}

/** One verification: stages in order, each with what the ones before it found. */
class Verification {
  private readonly checks: VerifyCheck[] = [];
  private readonly stages: Stages;

  constructor(
    private readonly runner: NetworkRunner,
    private readonly manifest: BundleManifest,
    private readonly samples: readonly VerifySample[],
  ) {
    this.stages = createStages(runner, manifest);
  }

  async report(): Promise<VerifyReport> {
    const untrained = untrainedParts(this.manifest);
    this.checks.push(trainedCheck(untrained));
    const looks = await this.detectAndAlign();
    const withFaces = looks.filter(({ faces }) => faces.length > 0);
    if (withFaces.length > 0) {
      await this.checkFeatures(withFaces);
      const quality = await this.attempt('quality', () => qualityChecks(this.stages, withFaces));
      this.checks.push(...(quality ?? []));
    }
    const { checks } = this;
    return { ok: checks.every(({ ok }) => ok), checks, untrained, cannotSee: CANNOT_SEE };
  }

  private async detectAndAlign(): Promise<Look[]> {
    const found = await this.attempt('detector', () => this.detectAll());
    if (found === null) return [];
    const input = await this.attempt('detector input', () =>
      inputCheck(this.runner, this.manifest.detector, this.samples),
    );
    if (input !== null) this.checks.push(input);
    const { aligner } = this.stages;
    this.checks.push(templateCheck(aligner.templatePx, aligner.sizePx));
    const looks = (await this.attempt('points', () => this.locateAll(found))) ?? [];
    const framed = looks.flatMap(({ frame, faces }) => faces.map((face) => ({ frame, face })));
    const faces = framed.map(({ face }) => face);
    if (faces.length === 0) return [];
    this.checks.push(pointsCheck(faces), fitCheck(aligner, faces), chipCheck(aligner, framed));
    return looks;
  }

  private async detectAll(): Promise<Detection[][]> {
    const found: Detection[][] = [];
    for (const { frame } of this.samples) found.push(await this.stages.detector.detect(frame));
    this.checks.push(countCheck(this.samples, found));
    const [sample] = this.samples;
    if (sample !== undefined)
      this.checks.push(await latencyCheck(this.stages.detector, sample.frame));
    return found;
  }

  private async locateAll(found: readonly Detection[][]): Promise<Look[]> {
    const looks: Look[] = [];
    for (const [i, { frame }] of this.samples.entries()) {
      looks.push(await lookAt(this.stages, frame, found[i] ?? []));
    }
    return looks;
  }

  private async checkFeatures(looks: readonly Look[]): Promise<void> {
    await this.attempt('features', async () => {
      const twice: LookTwice[] = [];
      for (const look of looks) twice.push(await lookTwice(this.stages, look));
      const compared = await this.compareWith(this.stages.recogniser, twice);
      if (compared.others.length === 0) {
        this.checks.push(NOBODY_TO_COMPARE);
        return;
      }
      const isSuspicious = !differCheck(compared, '').ok;
      const advice = isSuspicious ? await this.embedderAdvice(twice) : '';
      this.checks.push(differCheck(compared, advice));
      if (compared.isNearest.length > 0) this.checks.push(nearestCheck(compared));
    });
  }

  /** Which other input would tell people apart, if any does. */
  private async embedderAdvice(twice: readonly LookTwice[]): Promise<string> {
    const { embedder } = this.manifest;
    let best = { words: '', figure: TELLS_APART };
    for (const { words, input } of inputVariants(embedder.input)) {
      const recogniser = new Recogniser(this.runner, { ...embedder, input });
      const figure = separation(await this.compareWith(recogniser, twice));
      if (figure > best.figure) best = { words, figure };
    }
    if (best.words !== '') return `With ${best.words} they do: the input is probably so`;
    return 'No common colour order, mean or std changes that: the weights are untrained, or the layout is wrong';
  }

  private async compareWith(recogniser: Recogniser, twice: readonly LookTwice[]) {
    const postprocess = postprocessOf(this.manifest);
    const embeddings = [];
    for (const look of twice) embeddings.push(await embed(recogniser, look, postprocess));
    return compare(twice, embeddings);
  }

  private attempt<T>(name: string, stage: () => Promise<T>): Promise<T | null> {
    return attempt(this.checks, name, stage);
  }
}

function trainedCheck(untrained: readonly string[]): VerifyCheck {
  const ok = untrained.length === 0;
  const words = ok
    ? 'no part has weights from a seed'
    : `untrained: ${untrained.join(' and ')} have weights from a seed; what they say means nothing`;
  return { name: 'trained', ok, words, figure: untrained.length };
}
