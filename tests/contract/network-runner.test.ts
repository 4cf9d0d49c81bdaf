import { LocalRunner } from '../../services/vision/runtime/local-runner.js';
import { openDevice } from '../helpers/device.js';
import { networkRunnerContract } from './network-runner.js';

const CPU = { provider: 'cpu', threads: 1 } as const;
const nothing = (): Promise<void> => Promise.resolve();

networkRunnerContract('LocalRunner', async (bundle) => ({
  runner: await LocalRunner.open(bundle, CPU),
  close: nothing,
}));

networkRunnerContract('LocalRunner with fixed batches', async (bundle) => ({
  runner: await LocalRunner.open(bundle, { ...CPU, batchSizes: [1, 4] }),
  close: nothing,
}));

networkRunnerContract('DeviceRunner', (bundle) => openDevice(bundle, 'cpu', { sizes: [1, 4, 16] }));

networkRunnerContract('DeviceRunner that holds back', (bundle) =>
  openDevice(bundle, 'cpu', { sizes: [1, 2], maxWaiting: 3, maxWaitMs: 1 }),
);

// Needs a Vulkan driver, at least a software one: `make test-webgpu`.
if (process.env['CLIPID_TEST_WEBGPU'] === '1')
  networkRunnerContract('DeviceRunner on webgpu', (bundle) =>
    openDevice(bundle, 'webgpu', { sizes: [1, 4] }),
  );
