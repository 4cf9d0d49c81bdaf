import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { similarity, toUnitLength } from '../../../../services/core/vectors.js';
import { buildDetectorGraph } from '../../../../services/models/face-api/detector.js';
import { findFaceApi } from '../../../../services/models/face-api/package.js';
import {
  DETECTOR_QUANTISATION,
  RECOGNISER_QUANTISATION,
} from '../../../../services/models/face-api/quantisation.js';
import { buildRecogniserGraph } from '../../../../services/models/face-api/recogniser.js';
import { readWeights } from '../../../../services/models/face-api/weights.js';
import { quantiseGraph } from '../../../../services/models/onnx/quantise.js';
import { demoPhoto } from '../../../helpers/face-api-runtime.js';
import { runGraph } from '../onnx/run-graph.js';

const SIZE = { widthPx: 512, heightPx: 288 };
/** A face that the detector is sure of. */
const SURE = 0.7;

/** [1, height, width, 3] of a photo; the top left part is filled. */
async function pixels(photo: number, { widthPx, heightPx }: typeof SIZE) {
  const values = await sharp(demoPhoto(photo))
    .resize(widthPx, heightPx, { fit: 'contain', position: 'left top', background: '#000' })
    .removeAlpha()
    .raw()
    .toBuffer();
  return { pixels: { dims: [1, heightPx, widthPx, 3], values: new Uint8Array(values) } };
}

async function weightsOf(network: string) {
  const { modelFolder } = await findFaceApi();
  return readWeights(modelFolder, network);
}

describe('the plans for computing in bytes', () => {
  it('leave the detector its faces: sure ones stay sure, edges within a twentieth of the side', async () => {
    const graph = buildDetectorGraph(await weightsOf('ssd_mobilenetv1_model'), SIZE);
    const input = await pixels(4, SIZE);
    const exact = await runGraph(graph, input);
    const rounded = await runGraph(quantiseGraph(graph, DETECTOR_QUANTISATION), input);
    const sure = (exact['scores']?.values ?? []).flatMap((score, i) => (score > SURE ? [i] : []));
    expect(sure.length).toBeGreaterThan(3);
    expect(rounded['boxes']?.values).not.toEqual(exact['boxes']?.values);
    for (const anchor of sure) {
      expect(rounded['scores']?.values[anchor]).toBeGreaterThan(SURE - 0.1);
      const [a, b] = [exact, rounded].map(({ boxes }) =>
        boxes?.values.slice(4 * anchor, 4 * anchor + 4),
      );
      const side = (a?.[2] ?? 0) - (a?.[0] ?? 0);
      a?.forEach((edge, i) => expect(Math.abs(edge - (b?.[i] ?? 9))).toBeLessThan(side / 20));
    }
  });

  it('leave the recogniser its features', async () => {
    const graph = buildRecogniserGraph(await weightsOf('face_recognition_model'));
    const input = await pixels(3, { widthPx: 150, heightPx: 150 });
    const exact = await runGraph(graph, input);
    const rounded = await runGraph(quantiseGraph(graph, RECOGNISER_QUANTISATION), input);
    const [a, b] = [exact, rounded].map(({ feature }) =>
      toUnitLength(Float32Array.from(feature?.values ?? [])),
    );
    const cosine = similarity(a ?? new Float32Array(), b ?? new Float32Array());
    expect(cosine).toBeGreaterThan(0.99);
    expect(cosine).toBeLessThan(1);
  });
});
