import { z } from 'zod';
import { parseJson } from './parse-json.js';
import { relativePath } from './relative-path.js';

export const MANIFEST_FILE = 'manifest.json';
/** What to do about a damaged bundle, for every error about its files. */
export const PREPARE_AGAIN = 'Delete the bundle folder and prepare it again, or restore its files.';
/** The one quality score there is: measured, not learned. Shown wherever a quality is. */
export const QUALITY_KIND = 'heuristic';
const MAX_SIDE_PX = 8_192;

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a sha256 is 64 hexadecimal digits, small letters');
const sidePx = z.int().positive().max(MAX_SIDE_PX);
const share = z.number().min(0).max(1);
const similarity = z.number().min(-1).max(1);
const dimension = z.int().positive().max(4_096);
/** Where weights come from, their version and licence. */
const origin = z.string().min(1).max(500);
const file = { file: relativePath, sha256 };
const point = z.tuple([z.number(), z.number()]);

const detector = z.strictObject({
  family: z.literal('ssd-mobilenet-v1'),
  origin,
  /** One network cut for several picture shapes; `chooseDetectorGraph` picks one. */
  graphs: z
    .array(z.strictObject({ ...file, inputWidthPx: sidePx, inputHeightPx: sidePx }))
    .min(1)
    .max(16),
  /** Least score that is a face. */
  scoreThreshold: share,
  /** Of two boxes that overlap more than this, the lower score goes. */
  nmsIou: share,
  /** Faces kept of one frame, the best first. */
  maxFaces: z.int().positive().max(10_000),
});

const landmarks = z.strictObject({ ...file, origin, inputSizePx: z.literal(112) });

const aligner = z.strictObject({
  kind: z.literal('similarity-5-points'),
  /** Side of the aligned chip; equals the embedder's input. */
  sizePx: sidePx,
  /** Where left eye, right eye, nose tip, left and right mouth corner (as seen) come to lie. */
  pointsPx: z.tuple([point, point, point, point, point]),
});

const embedder = z.strictObject({
  ...file,
  origin,
  inputSizePx: sidePx,
  dimension,
  layout: z.literal('NHWC'),
  colour: z.literal('RGB'),
  /** A feature is the mean over the face and its mirror image. */
  mirror: z.boolean(),
});

const calibration = z
  .strictObject({ matched: similarity, uncertain: similarity, note: z.string().max(2_000) })
  .refine((value) => value.uncertain <= value.matched, {
    path: ['uncertain'],
    message: 'must not be above matched',
  });

const manifestSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'small letters, digits, "." and "-", at most 63'),
    version: z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/, 'a version is three numbers: 1.0.0'),
    detector,
    landmarks,
    aligner,
    embedder,
    quality: z.strictObject({ kind: z.literal(QUALITY_KIND) }),
    aggregation: z.strictObject({ kind: z.enum(['qan', 'mean']) }),
    /**
     * From a feature to what is compared: `mean` is taken away, `lift` is put behind as one more
     * dimension (0 for none), the whole is scaled to unit length.
     */
    postprocess: z.strictObject({
      mean: z.array(z.number()).nullable(),
      lift: z.number().min(0).max(1_000),
    }),
    calibration,
  })
  .refine(({ aligner: { sizePx }, embedder: { inputSizePx } }) => sizePx === inputSizePx, {
    path: ['aligner', 'sizePx'],
    message: "must equal the embedder's inputSizePx",
  })
  .refine(({ aligner: { sizePx, pointsPx } }) => inside(pointsPx.flat(), sizePx), {
    path: ['aligner', 'pointsPx'],
    message: 'must lie on the chip',
  })
  .refine(
    ({ postprocess: { mean }, embedder: e }) => mean === null || mean.length === e.dimension,
    {
      path: ['postprocess', 'mean'],
      message: "must have the embedder's dimension",
    },
  );

/** A model bundle: which networks, how their inputs are made and what their outputs mean. */
export type BundleManifest = z.infer<typeof manifestSchema>;
export type DetectorGraph = BundleManifest['detector']['graphs'][number];
/** One file of a bundle with what its bytes must be. */
export type BundleFile = Pick<DetectorGraph, 'file' | 'sha256'>;

/** Throws BUNDLE_INVALID naming the file and the field; unknown fields are refused. */
export function parseManifest(text: string, file: string): BundleManifest {
  return parseJson(manifestSchema, text, file, PREPARE_AGAIN);
}

/** Every file that a manifest names, with the field that names it. */
export function manifestFiles(manifest: BundleManifest): (BundleFile & { field: string })[] {
  const { detector: found, landmarks: points, embedder: recogniser } = manifest;
  return [
    ...found.graphs.map((graph, i) => ({ ...graph, field: `detector.graphs.${i}` })),
    { ...points, field: 'landmarks' },
    { ...recogniser, field: 'embedder' },
  ];
}

function inside(values: readonly number[], sizePx: number): boolean {
  return values.every((value) => value >= 0 && value <= sizePx);
}
