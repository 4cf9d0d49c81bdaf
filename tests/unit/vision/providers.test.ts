import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  candidates,
  chooseProvider,
  executionProviders,
} from '../../../services/vision/runtime/providers.js';
import { probeProvider } from '../../../services/vision/runtime/providers-probe.js';

/** Nothing here asks for webgpu: whether it can be had depends on the machine's drivers. */
const isLinux = process.platform === 'linux';

afterEach(() => void vi.unstubAllGlobals());

describe('chooseProvider', () => {
  it('gives the CPU to whom asks for it', async () => {
    expect(await chooseProvider('cpu')).toEqual({ provider: 'cpu', reason: 'asked for' });
  });

  it.runIf(isLinux).each(['coreml', 'directml'] as const)(
    'refuses %s here, and says what there is and what to do',
    async (provider) => {
      await expect(chooseProvider(provider)).rejects.toMatchObject({
        code: 'TOOL_MISSING',
        field: 'provider',
        details: { provider },
      });
      await expect(chooseProvider(provider)).rejects.toThrow(
        new RegExp(`^The provider is set to ${provider}, but .*it has cpu, .*--provider cpu`),
      );
    },
  );

  it('never takes webgpu on its own', () => {
    for (const platform of ['linux', 'darwin', 'win32', 'freebsd'] as const)
      expect(candidates(platform)).not.toContain('webgpu');
  });

  it('says under auto what it took and why not the others', async () => {
    const { provider, reason } = await chooseProvider('auto');
    expect(reason).toMatch(/^auto/);
    const before = candidates(process.platform);
    const refused = before.slice(0, provider === 'cpu' ? undefined : before.indexOf(provider));
    for (const one of refused) expect(reason).toContain(`not ${one}: `);
  });
});

describe('probeProvider', () => {
  it('runs a graph on what there is', async () => {
    expect(await probeProvider('cpu', executionProviders('cpu'))).toBeNull();
  });

  it('tells of a provider that this onnxruntime has not', async () => {
    const problem = await probeProvider('quantum', [{ name: 'quantum' }]);
    expect(problem).toMatch(/has none for .*cpu/);
  });
});

describe('executionProviders', () => {
  it('has the names of ONNX Runtime, with the GPU where there can be several', () => {
    expect(executionProviders('directml', 1)).toEqual([{ name: 'dml', deviceId: 1 }]);
    expect(executionProviders('webgpu', 1)).toEqual([{ name: 'webgpu' }]);
    expect(executionProviders('tensorrt')).toEqual([
      { name: 'tensorrt', deviceId: 0 },
      { name: 'cuda', deviceId: 0 },
    ]);
  });
});
