import type { BundleFile, BundleManifest, QualityPart } from '../manifest.js';
import { GRAPH_PIXELS } from '../onnx/pixels.js';
import { FACE_PX } from './face-input.js';
import { FEATURE_OUTPUT } from './polyface-graph.js';
import { QUALITY_OUTPUT } from './quality-graph.js';

type Embedder = BundleManifest['embedder'];
type QualityNetPart = Extract<QualityPart, { kind: 'network' }>;

/** What a graph cannot say of itself. */
interface GraphFacts extends BundleFile {
  /** Where the weights come from, or the seed. */
  readonly origin: string;
  readonly trained: boolean;
}

interface QualityFacts extends GraphFacts {
  readonly leastSpan?: number | undefined;
}

/**
 * The manifest's embedder for a graph of `buildPolyFace`. `mirror` is `graph` where the graph was built
 * with it, and only there.
 */
export function polyFaceEmbedder(
  { file, sha256, origin, trained }: GraphFacts,
  { dimension, mirror }: Pick<Embedder, 'dimension' | 'mirror'>,
): Embedder {
  return {
    ...{ file, sha256, origin, trained, dimension, mirror },
    inputSizePx: FACE_PX,
    input: GRAPH_PIXELS,
    outputName: FEATURE_OUTPUT,
  };
}

/** The manifest's quality for a graph of `buildQualityNet`; it sees the embedder's chip. */
export function qualityNetPart(facts: QualityFacts): QualityNetPart {
  const { file, sha256, origin, trained, leastSpan } = facts;
  return {
    kind: 'network',
    ...{ file, sha256, origin, trained },
    inputSizePx: FACE_PX,
    input: GRAPH_PIXELS,
    outputName: QUALITY_OUTPUT,
    ...(leastSpan === undefined ? {} : { leastSpan }),
  };
}
