import { ClipidError } from '../core/errors.js';
import type { NetworkWeights } from './paper-bundle.js';
import type { WeightsFile } from './parameters.js';
import { type PolyFaceShape, polyFaceInputSizesPx } from './polyface/shape.js';
import type { Checkpoint } from './weights/checkpoint.js';
import { AUTHORS_PREFIXES, storedParameters } from './weights/stored-parameters.js';

/** Where a checkpoint keeps PolyFace: the authors' video and image form, then a file of its own. */
const FEATURE_GROUPS = ['ckpt_feature', 'state_dict', 'model', ''];
const QUALITY_GROUPS = ['ckpt_quality', 'state_dict', 'model', ''];
/** Only training uses them. */
const TRAINING_ONLY = /(^|\.)(num_batches_tracked|fc\.bn2\.running_(mean|var))$/;
const LINEAR = 'fc.fc.weight';
const QUALITY_LAST = 'fc1.1.weight';
/** Channels of the last map, at the paper's width. */
const LAST_CHANNELS = 2048;

/** The networks of a checkpoint, and which PolyFace it is. */
export interface PaperWeights {
  readonly shape: PolyFaceShape;
  readonly polyface: WeightsFile;
  /** Null where the checkpoint has no quality net. */
  readonly quality: WeightsFile | null;
}

/** Depths, input and dimension by the names and dims. Throws BUNDLE_INVALID for other weights. */
export function paperWeights({ file, groups }: Checkpoint): PaperWeights {
  const polyface = firstOf(groups, FEATURE_GROUPS);
  if (polyface === undefined) {
    throw invalid(file, `holds ${[...groups.keys()].join(', ')}, and none of them is PolyFace`);
  }
  return { shape: shapeOf(polyface), polyface, quality: groups.get('ckpt_quality') ?? null };
}

/** The quality net of a checkpoint of its own. Throws BUNDLE_INVALID where there is none. */
export function qualityWeights({ file, groups }: Checkpoint): WeightsFile {
  const quality = firstOf(groups, QUALITY_GROUPS);
  if (quality !== undefined) return quality;
  throw invalid(file, 'holds no network');
}

/** Whether a file is a quality net and nothing else. */
export function holdsQualityNetAlone({ groups }: Checkpoint): boolean {
  const [only, ...others] = groups.values();
  if (only === undefined || others.length > 0) return false;
  return AUTHORS_PREFIXES.some((prefix) => only.dimsOf(prefix + QUALITY_LAST) !== undefined);
}

/** Weights from a file, for a builder; the names that only training needs may be left over. */
export function fromFile(weights: WeightsFile, origin: string): NetworkWeights {
  const parameters = storedParameters(weights, { ignored: (name) => TRAINING_ONLY.test(name) });
  return { parameters, trained: true, origin, leastSpan: leastSpanIn(weights) };
}

/** services/trainer writes it into the header of a quality net that was trained with one. */
function leastSpanIn({ file, about }: WeightsFile): number | undefined {
  const { leastSpan: text } = about;
  if (text === undefined) return undefined;
  const leastSpan = Number(text);
  if (text.trim() !== '' && leastSpan >= 0 && Number.isFinite(leastSpan)) return leastSpan;
  throw invalid(file, `says leastSpan ${JSON.stringify(text)}, which is no number from 0 up`);
}

function firstOf(groups: Checkpoint['groups'], names: readonly string[]): WeightsFile | undefined {
  return names.map((name) => groups.get(name)).find((group) => group !== undefined);
}

function shapeOf(weights: WeightsFile): PolyFaceShape {
  const dims = AUTHORS_PREFIXES.map((prefix) => weights.dimsOf(prefix + LINEAR)).find(Boolean);
  const [dimension, inputs] = dims ?? [];
  if (dimension === undefined || inputs === undefined) {
    throw invalid(weights.file, `has no ${LINEAR}, the last layer of PolyFace`);
  }
  const [a = 0, b = 0, c = 0] = ['a10', 'b20', 'c10'].map((part) => depthOf(weights.names, part));
  const inputPx = inputSizePx(inputs);
  if (inputPx === undefined) {
    throw invalid(weights.file, `has ${LINEAR} with ${inputs} inputs, which no PolyFace has`);
  }
  return { blocks: { a, b, c }, inputPx, width: 1, dimension };
}

/** How many blocks of a kind the names count, whatever stands before them. */
function depthOf(names: readonly string[], part: string): number {
  const block = new RegExp(`(?:^|\\.)${part}\\.(\\d{1,4})\\.`);
  return names.reduce((most, name) => Math.max(most, Number(block.exec(name)?.[1] ?? -1) + 1), 0);
}

/** The n-th input size has a last map of n x n. */
function inputSizePx(linearInputs: number): number | undefined {
  return polyFaceInputSizesPx().find((_, i) => LAST_CHANNELS * (i + 1) ** 2 === linearInputs);
}

function invalid(file: string, problem: string): ClipidError {
  return new ClipidError(
    'BUNDLE_INVALID',
    `${file}: the file ${problem}. It has to hold a state dict with the names of PolyFace's authors; a ` +
      'recogniser of another kind comes in as ONNX.',
    { field: 'the file', details: { file } },
  );
}
