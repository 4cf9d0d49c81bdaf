import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ClipidError } from '../../core/errors.js';
import type { ProviderName } from '../../core/providers.js';
import { probeProvider } from './providers-probe.js';

export type Provider = ProviderName;
export type ChosenProvider = Exclude<Provider, 'auto'>;

/** What the networks run on. */
export interface ProviderChoice {
  readonly provider: ChosenProvider;
  /** For people: why this one, and what was tried before it. */
  readonly reason: string;
}

/** ONNX Runtime's own names, the preferred one first; the CPU takes what none of them can. */
const RUNTIME_NAMES: Readonly<Record<ChosenProvider, readonly string[]>> = {
  cpu: ['cpu'],
  cuda: ['cuda'],
  webgpu: ['webgpu'],
  tensorrt: ['tensorrt', 'cuda'],
  coreml: ['coreml'],
  directml: ['dml'],
};

/** Libraries that ONNX Runtime opens beside itself, and that its npm package comes without. */
const LIBRARIES: Readonly<Partial<Record<ChosenProvider, readonly string[]>>> = {
  cuda: ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'],
  tensorrt: ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_tensorrt.so'],
};

const INSTALL_CUDA =
  'install it with `ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js`' +
  ' (it needs an NVIDIA driver, CUDA 12 and cuDNN 9)';
const REMEDIES: Readonly<Record<ChosenProvider, string>> = {
  cpu: 'reinstall the packages',
  cuda: INSTALL_CUDA,
  tensorrt: `${INSTALL_CUDA} and the TensorRT libraries`,
  webgpu: 'install a Vulkan, Metal or Direct3D 12 driver for the GPU',
  coreml: 'it comes with macOS only',
  directml: 'it comes with Windows only',
};

/**
 * The provider to run on. `auto` takes what is fast on this platform if it can be had, else the CPU;
 * never webgpu, because there a software adapter looks like a GPU and is a thousand times slower.
 * It opens a session on every candidate, which blocks its thread (CUDA: for seconds): not for the main
 * one. Throws TOOL_MISSING when a provider that was asked for cannot be had: there is no fallback.
 */
export async function chooseProvider(wanted: Provider, deviceId = 0): Promise<ProviderChoice> {
  if (wanted === 'auto') return automatic(deviceId);
  const problem = await whyNot(wanted, deviceId);
  if (problem === null) return { provider: wanted, reason: 'asked for' };
  throw new ClipidError(
    'TOOL_MISSING',
    `The provider is set to ${wanted}, but ${problem}: ${REMEDIES[wanted]}, or use --provider cpu.`,
    { field: 'provider', details: { provider: wanted } },
  );
}

/** For the `executionProviders` of a session. */
export function executionProviders(
  provider: ChosenProvider,
  deviceId = 0,
): { readonly name: string; readonly deviceId?: number }[] {
  // WebGPU refuses options that it does not know.
  return RUNTIME_NAMES[provider].map((name) =>
    name === 'webgpu' || name === 'cpu' ? { name } : { name, deviceId },
  );
}

async function automatic(deviceId: number): Promise<ProviderChoice> {
  const refused: string[] = [];
  for (const provider of candidates(process.platform)) {
    const problem = await whyNot(provider, deviceId);
    if (problem === null)
      return { provider, reason: ['auto: it can be had', ...refused].join('; ') };
    refused.push(`not ${provider}: ${problem}`);
  }
  return { provider: 'cpu', reason: ['auto', ...refused].join('; ') };
}

/** What `auto` tries, the best first. */
export function candidates(platform: NodeJS.Platform): readonly ChosenProvider[] {
  if (platform === 'darwin') return ['coreml'];
  return platform === 'win32' ? ['cuda', 'directml'] : ['cuda'];
}

/** Why the provider cannot be had here; null when it can. */
async function whyNot(provider: ChosenProvider, deviceId: number): Promise<string | null> {
  const missing = missingLibrary(provider);
  if (missing !== null)
    return `this onnxruntime has no ${provider} provider (${missing} is not there)`;
  return probeProvider(provider, executionProviders(provider, deviceId).slice(0, 1));
}

/** Asked before ONNX Runtime is: it would write an error of its own to stderr. */
function missingLibrary(provider: ChosenProvider): string | null {
  const home = path.dirname(
    createRequire(import.meta.url).resolve('onnxruntime-node/package.json'),
  );
  const folder = path.join(home, 'bin', 'napi-v6', process.platform, process.arch);
  if (process.platform !== 'linux' || !existsSync(folder)) return null;
  const missing = LIBRARIES[provider]?.find((name) => !existsSync(path.join(folder, name)));
  return missing ?? null;
}
