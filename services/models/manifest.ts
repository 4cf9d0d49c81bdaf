import { z } from 'zod';
import { calibration } from './calibration-part.js';
import {
  aligner,
  detector,
  embedder,
  landmarks,
  type pixelInput,
  postprocess,
  printed,
  quality,
} from './manifest-parts.js';
import { parseJson } from './parse-json.js';

export const MANIFEST_FILE = 'manifest.json';
/** What to do about a damaged bundle, for every error about its files. */
export const PREPARE_AGAIN = 'Restore its files, or delete the bundle folder and make it again.';
/** Detectors that find the five points themselves. */
const FAMILIES_WITH_POINTS: readonly string[] = ['scrfd', 'retinaface', 'yunet'];

export const manifestSchema = z
  .strictObject({
    /** For editors; not looked at. */
    $schema: z.string().max(500).optional(),
    schemaVersion: z.literal(2),
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'small letters, digits, "." and "-", at most 63'),
    version: z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/, 'a version is three numbers: 1.0.0'),
    /** What whoever uses it must know: licence, limits. Shown, not interpreted. */
    notice: printed(2_000).optional(),
    detector,
    landmarks: landmarks.optional(),
    aligner,
    embedder,
    quality,
    aggregation: z.strictObject({ kind: z.enum(['qan', 'mean']) }),
    postprocess,
    calibration,
  })
  .refine((all) => filesAgree(filesOf(all)), {
    path: ['file'],
    message: 'one file is named with two sums, or as a folder too',
  })
  .refine((all) => all.aligner.sizePx === all.embedder.inputSizePx, {
    path: ['aligner', 'sizePx'],
    message: "must equal the embedder's inputSizePx",
  })
  .refine((all) => qualityChipFits(all.quality, all.aligner.sizePx), {
    path: ['quality', 'inputSizePx'],
    message: "must equal the sizePx of its aligner (the bundle's where it has none)",
  })
  .refine(({ detector: d, landmarks: l }) => FAMILIES_WITH_POINTS.includes(d.family) || l, {
    path: ['landmarks'],
    message: 'is needed: this detector finds no points',
  })
  .refine(({ postprocess: { mean }, embedder: e }) => !mean || mean.length === e.dimension, {
    path: ['postprocess', 'mean'],
    message: "must have the embedder's dimension",
  });

/** A model bundle: which networks, how their inputs are made and what their outputs mean. */
export type BundleManifest = z.infer<typeof manifestSchema>;
export type DetectorPart = BundleManifest['detector'];
export type DetectorGraph = DetectorPart['graphs'][number];
export type QualityPart = BundleManifest['quality'];
export type AlignerPart = BundleManifest['aligner'];
export type PixelInput = z.infer<typeof pixelInput>;
/** One file of a bundle with what its bytes must be. */
export type BundleFile = Pick<DetectorGraph, 'file' | 'sha256'>;

/** Throws BUNDLE_INVALID naming the file and the field; unknown fields are refused. */
export function parseManifest(text: string, file: string): BundleManifest {
  return parseJson(manifestSchema, text, file, PREPARE_AGAIN);
}

/** Every file that a manifest names, with the field that names it. */
export function manifestFiles(manifest: BundleManifest): (BundleFile & { field: string })[] {
  return filesOf(manifest);
}

/** The parts whose weights come from a seed: `embedder`, `quality`. Empty for a usable bundle. */
export function untrainedParts({
  embedder: recogniser,
  quality: scorer,
}: BundleManifest): string[] {
  return [
    ...(recogniser.trained ? [] : ['embedder']),
    ...(scorer.kind === 'network' && !scorer.trained ? ['quality'] : []),
  ];
}

/** Which score a bundle's qualities are of; shown wherever a quality is. */
export function qualityKindOf({ quality: scorer }: BundleManifest): string {
  if (scorer.kind === 'heuristic') return 'heuristic';
  return scorer.trained ? 'network' : 'network-untrained';
}

/** See qanWeights; 0, the published rule, for a quality that says nothing of its scale. */
export function leastSpanOf({ quality: scorer }: BundleManifest): number {
  return scorer.kind === 'network' ? (scorer.leastSpan ?? 0) : 0;
}

function qualityChipFits(scorer: z.infer<typeof quality>, chipPx: number): boolean {
  return scorer.kind !== 'network' || scorer.inputSizePx === (scorer.aligner?.sizePx ?? chipPx);
}

interface NamedFile {
  readonly file: string;
  readonly sha256: string;
  readonly int8?: NamedFile | undefined;
}
interface Parts {
  readonly detector: { readonly graphs: readonly NamedFile[] };
  readonly landmarks?: NamedFile | undefined;
  readonly embedder: NamedFile;
  readonly quality: z.infer<typeof quality>;
}

function filesOf({
  detector: found,
  landmarks: points,
  embedder: recogniser,
  quality: scorer,
}: Parts) {
  return [
    ...found.graphs.flatMap((graph, i) => named(graph, `detector.graphs.${i}`)),
    ...(points ? named(points, 'landmarks') : []),
    ...named(recogniser, 'embedder'),
    ...(scorer.kind === 'network' ? named(scorer, 'quality') : []),
  ];
}

function named({ file, sha256, int8 }: NamedFile, field: string) {
  return [{ file, sha256, field }, ...(int8 ? [{ ...int8, field: `${field}.int8` }] : [])];
}

/** A file has one sum, and is no folder of another one. */
function filesAgree(files: readonly NamedFile[]): boolean {
  return files.every((a) =>
    files.every((b) =>
      a.file === b.file ? a.sha256 === b.sha256 : !b.file.startsWith(`${a.file}/`),
    ),
  );
}
