import type { LoadedBundle } from '../load.js';
import type { PixelInput } from '../manifest.js';
import { MAX_MODEL_BYTES, readModelFile } from '../onnx/read-model.js';
import { type FlopsReport, countFlops } from './count.js';

/** What the networks of a bundle cost, each for one picture. */
export interface BundleFlops {
  /** `detector.0`, `landmarks`, `embedder`, `quality`. */
  readonly networks: readonly { readonly network: string; readonly report: FlopsReport }[];
  /**
   * Of the recogniser with its quality net for one aligned face, which is what the challenge limits:
   * one pass; where the embedder's mirror image is inside its graph, that too.
   */
  readonly perFaceFlops: number;
}

interface Network {
  readonly network: string;
  readonly path: string;
  readonly input: PixelInput;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Counts every network of a bundle at the size that its manifest feeds it, one picture at a time.
 * Throws BUNDLE_INVALID, or FIELD_INVALID where a graph does not take that size.
 */
export async function countBundle(bundle: LoadedBundle): Promise<BundleFlops> {
  const networks: BundleFlops['networks'][number][] = [];
  // One after the other, so that one graph is in memory.
  for (const network of networksOf(bundle)) {
    networks.push({ network: network.network, report: await countNetwork(network) });
  }
  const perFaceFlops = networks
    .filter(({ network }) => network === 'embedder' || network === 'quality')
    .reduce((sum, { report }) => sum + report.flops, 0);
  return { networks, perFaceFlops };
}

async function countNetwork({ path, input, rows, columns }: Network): Promise<FlopsReport> {
  const graph = await readModelFile(path, MAX_MODEL_BYTES);
  const taken = graph.inputs.find(({ name }) => name === (input.name ?? name));
  const first = taken?.dims?.[0];
  const batch = typeof first === 'number' ? first : 1;
  const dims = input.layout === 'NHWC' ? [batch, rows, columns, 3] : [batch, 3, rows, columns];
  return countFlops(graph, { inputDims: new Map([[taken?.name ?? input.name ?? '', dims]]) });
}

function networksOf({ manifest, paths }: LoadedBundle): Network[] {
  const { detector, landmarks, embedder, quality } = manifest;
  const square = (
    network: string,
    path: string | null,
    part: { readonly input: PixelInput; readonly inputSizePx: number },
  ): Network[] => {
    const { input, inputSizePx } = part;
    return path === null ? [] : [{ network, path, input, rows: inputSizePx, columns: inputSizePx }];
  };
  return [
    ...detector.graphs.map((graph, i) => ({
      network: `detector.${i}`,
      path: paths.detectors[i] ?? '',
      input: detector.input,
      rows: graph.inputHeightPx,
      columns: graph.inputWidthPx,
    })),
    ...(landmarks ? square('landmarks', paths.landmarks, landmarks) : []),
    ...square('embedder', paths.embedder, embedder),
    ...(quality.kind === 'network' ? square('quality', paths.quality, quality) : []),
  ];
}
