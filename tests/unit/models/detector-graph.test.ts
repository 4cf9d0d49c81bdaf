import { describe, expect, it } from 'vitest';
import { DETECTOR_GRAPHS } from '../../../services/models/default-constants.js';
import { chooseDetectorGraph, fitLongSide } from '../../../services/models/detector-graph.js';

const graphs = DETECTOR_GRAPHS.map((graph) => ({ ...graph, sha256: '0'.repeat(64) }));

describe('fitLongSide', () => {
  it.each([
    [1920, 1080, 512, 288],
    [1280, 720, 512, 288],
    [1080, 1920, 288, 512],
    [100, 100, 512, 512],
    [4000, 1, 512, 1],
  ])('fits %i x %i as %i x %i', (width, height, widthPx, heightPx) => {
    expect(fitLongSide(width, height, 512)).toEqual({ widthPx, heightPx });
  });
});

describe('chooseDetectorGraph', () => {
  it.each([
    [1920, 1080, 'detector-wide.onnx'],
    [2560, 1080, 'detector-wide.onnx'],
    [1440, 1080, 'detector.onnx'],
    [1080, 1920, 'detector-tall.onnx'],
    [1080, 1080, 'detector.onnx'],
  ])('takes the smallest graph that holds %i x %i', (width, height, file) => {
    const index = chooseDetectorGraph(graphs, fitLongSide(width, height, 512));
    expect(graphs[index]?.file).toBe(file);
  });

  it('says so when none does', () => {
    const wide = graphs.filter(({ file }) => file === 'detector-wide.onnx');
    const choose = () => chooseDetectorGraph(wide, { widthPx: 512, heightPx: 384 });
    expect(choose).toThrow('No detector graph holds a picture of 512 x 384');
  });
});
