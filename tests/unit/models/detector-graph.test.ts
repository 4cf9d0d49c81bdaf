import { describe, expect, it } from 'vitest';
import { DETECTOR_GRAPHS } from '../../../services/models/default-constants.js';
import { fitPicture } from '../../../services/models/detector-graph.js';

const graphs = DETECTOR_GRAPHS.map((graph) => ({ ...graph, sha256: '0'.repeat(64) }));

describe('fitPicture', () => {
  it.each([
    [1920, 1080, 'detector-wide.onnx', 512, 288],
    [1280, 720, 'detector-wide.onnx', 512, 288],
    [1920, 1081, 'detector-wide.onnx', 512, 288],
    [2560, 1080, 'detector-wide.onnx', 512, 216],
    [1440, 1080, 'detector.onnx', 512, 384],
    [1080, 1920, 'detector-tall.onnx', 288, 512],
    [1080, 1080, 'detector.onnx', 512, 512],
    [100, 100, 'detector.onnx', 512, 512],
    [4000, 1, 'detector-wide.onnx', 512, 1],
    [1, 4000, 'detector-tall.onnx', 1, 512],
  ])('puts %i x %i into %s as %i x %i', (width, height, file, widthPx, heightPx) => {
    const { graphIndex, ...fitted } = fitPicture(graphs, width, height);
    expect(graphs[graphIndex]?.file).toBe(file);
    expect(fitted).toEqual({ widthPx, heightPx });
  });

  it.each([
    [1280, 720, 512, 288],
    [1000, 1000, 288, 288],
    [720, 1280, 162, 288],
  ])('shrinks %i x %i to what the only graph holds', (width, height, widthPx, heightPx) => {
    const wide = graphs.filter(({ file }) => file === 'detector-wide.onnx');
    expect(fitPicture(wide, width, height)).toEqual({ graphIndex: 0, widthPx, heightPx });
  });

  it('never leaves the graph, whatever the sizes', () => {
    for (let width = 1; width < 3_000; width += 37) {
      for (let height = 1; height < 3_000; height += 41) {
        const { graphIndex, widthPx, heightPx } = fitPicture(graphs, width, height);
        const graph = graphs[graphIndex];
        expect(widthPx >= 1 && widthPx <= (graph?.inputWidthPx ?? 0)).toBe(true);
        expect(heightPx >= 1 && heightPx <= (graph?.inputHeightPx ?? 0)).toBe(true);
        // The long side is used to the full.
        expect(Math.max(widthPx, heightPx)).toBe(512);
      }
    }
  });
});
