/** What networks may be asked to run on. */
export const PROVIDERS = [
  'auto',
  'cpu',
  'cuda',
  'tensorrt',
  'webgpu',
  'coreml',
  'directml',
] as const;
export type ProviderName = (typeof PROVIDERS)[number];
