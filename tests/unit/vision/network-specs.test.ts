import { describe, expect, it } from 'vitest';
import { specFor } from '../../../services/vision/runtime/network-runner.js';
import { squareSpec } from './specs.js';

describe("which of a network's files is run", () => {
  const both = squareSpec(112, { path: '/b/net.onnx', int8Path: '/b/net-int8.onnx' });

  it('is the one in 8 bits on a CPU', () => {
    expect(specFor(both, 'cpu').path).toBe('/b/net-int8.onnx');
  });
  it.each(['cuda', 'webgpu', 'coreml'])('is the float one on %s', (provider) => {
    expect(specFor(both, provider).path).toBe('/b/net.onnx');
  });
  it('is the only one where there is one', () => {
    expect(specFor(squareSpec(112, { path: '/b/net.onnx' }), 'cpu').path).toBe('/b/net.onnx');
  });
});
