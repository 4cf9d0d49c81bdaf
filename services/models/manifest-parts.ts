import { z } from 'zod';
import { relativePath } from './relative-path.js';

const MAX_SIDE_PX = 8_192;

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a sha256 is 64 hexadecimal digits, small letters');
const sidePx = z.int().positive().max(MAX_SIDE_PX);
const share = z.number().min(0).max(1);
const valueName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, 'must not hold control characters');
/** Text that is printed: nothing in it may steer a terminal. */
export const printed = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'must not hold control characters');
/** Where weights come from, their version and licence. */
const origin = printed(500).min(1);
const file = { file: relativePath, sha256 };
const point = z.tuple([z.number(), z.number()]);
const value = z.number().min(-1e6).max(1e6);
const perChannel = z.tuple([value, value, value]);

/** How a graph wants its pictures: every number of a pixel becomes (value - mean) / std. */
export const pixelInput = z
  .strictObject({
    /** Name of the graph's input; its only one when left out. */
    name: valueName.optional(),
    layout: z.enum(['NHWC', 'NCHW']),
    colour: z.enum(['RGB', 'BGR']),
    type: z.enum(['uint8', 'float32']),
    /** In the order of `colour`, on the scale 0 to 255. */
    mean: perChannel,
    std: perChannel.refine((std) => std.every((one) => one >= 1e-6), 'must be at least 1e-6'),
  })
  .refine(
    ({ type, mean, std }) => type === 'float32' || (mean.every(isZero) && std.every(isOne)),
    'with type uint8 the graph itself must take mean and std away: mean is 0, std is 1',
  );

/** The same network in 8 bits, which CPUs run in its place; its outputs are nearly the same. */
const int8 = z.strictObject(file).optional();
const graph = z.strictObject({ ...file, inputWidthPx: sidePx, inputHeightPx: sidePx, int8 });
const anyDetector = {
  origin,
  /** One network cut for several picture shapes; `fitPicture` picks one. */
  graphs: z.array(graph).min(1).max(16),
  input: pixelInput,
  /** The graph's outputs in the family's order (docs/models.md); the graph's own when left out. */
  outputNames: z
    .array(valueName)
    .min(1)
    .max(64)
    .refine((names) => new Set(names).size === names.length, 'must not name an output twice')
    .optional(),
  /** Least score that is a face. */
  scoreThreshold: share,
  /** Of two boxes that overlap more than this, the lower score goes. */
  nmsIou: share,
  /** Faces kept of one frame, the best first. */
  maxFaces: z.int().positive().max(10_000),
};
const stridesPx = z.array(z.int().positive().max(1_024)).min(1).max(8);

/** Each family is one form of outputs; `services/vision/detectors` decodes it. */
export const detector = z.discriminatedUnion('family', [
  z.strictObject({ family: z.literal('ssd'), ...anyDetector }),
  z.strictObject({
    family: z.literal('scrfd'),
    ...anyDetector,
    stridesPx,
    anchorsPerCell: z.int().positive().max(16),
  }),
  z
    .strictObject({
      family: z.literal('retinaface'),
      ...anyDetector,
      stridesPx,
      /** The sides of the anchors of every stride. */
      anchorSidesPx: z.array(z.array(z.number().positive()).min(1).max(16)).min(1).max(8),
      variances: z.tuple([z.number().positive(), z.number().positive()]),
    })
    .refine((one) => one.stridesPx.length === one.anchorSidesPx.length, {
      path: ['anchorSidesPx'],
      message: 'must have one list for every stride',
    }),
  z.strictObject({ family: z.literal('yunet'), ...anyDetector, stridesPx }),
]);

/** 68 landmarks (the iBUG 300-W order), for detectors that give no points of their own. */
export const landmarks = z.strictObject({
  ...file,
  origin,
  inputSizePx: sidePx,
  input: pixelInput,
  outputName: valueName.optional(),
});

/** Names of templates that are common; `alignerPoints` has their points. */
export const ALIGNER_TEMPLATES = ['arcface-112', 'dlib-150'] as const;

export const aligner = z
  .strictObject({
    kind: z.literal('similarity-5-points'),
    /** Side of the aligned chip. */
    sizePx: sidePx,
    /** Left eye, right eye, nose tip, left and right mouth corner (as seen); a name is scaled to sizePx. */
    pointsPx: z.union([z.enum(ALIGNER_TEMPLATES), z.tuple([point, point, point, point, point])]),
  })
  .refine(
    ({ pointsPx, sizePx }) =>
      typeof pointsPx === 'string' ||
      pointsPx.flat().every((value) => value >= 0 && value <= sizePx),
    { path: ['pointsPx'], message: 'must lie on the chip' },
  );

export const embedder = z.strictObject({
  ...file,
  origin,
  int8,
  /** False for weights from a seed: what comes out tells nobody apart. */
  trained: z.boolean(),
  inputSizePx: sidePx,
  input: pixelInput,
  outputName: valueName.optional(),
  /** Of the feature. */
  dimension: z.int().positive().max(4_096),
  /**
   * A feature is the mean over the face and its mirror image: `batch` runs both, `graph` has it
   * inside, `off` looks at the face alone.
   */
  mirror: z.enum(['off', 'batch', 'graph']),
});

export const quality = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('heuristic') }),
  z.strictObject({
    kind: z.literal('network'),
    ...file,
    origin,
    trained: z.boolean(),
    inputSizePx: sidePx,
    input: pixelInput,
    outputName: valueName.optional(),
    /**
     * The difference of two qualities from which on the lower one weighs nothing, as QAN++ has it for any
     * difference; of frames that differ by less each weighs something. 0 when left out: QAN++'s own rule.
     */
    leastSpan: z.number().min(0).max(1e6).optional(),
    /** How its face is aligned; as the embedder's when left out. */
    aligner: aligner.optional(),
  }),
]);

/**
 * From a feature to what is compared: `mean` is taken away, `lift` is put behind as one more
 * dimension (0 for none), the whole is scaled to unit length.
 */
export const postprocess = z.strictObject({
  mean: z.array(value).max(4_096).nullable(),
  lift: z.number().min(0).max(1_000),
});

function isZero(value: number): boolean {
  return value === 0;
}

function isOne(value: number): boolean {
  return value === 1;
}
