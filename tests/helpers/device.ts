import type { LoadedBundle } from '../../services/models/load.js';
import { type BatchRules, DEFAULT_BATCH_RULES } from '../../services/vision/device/batch-plan.js';
import type { BatchReport } from '../../services/vision/device/device-protocol.js';
import { DeviceRunner } from '../../services/vision/device/device-runner.js';
import { DeviceThread } from '../../services/vision/device/device-thread.js';
import type { Provider } from '../../services/vision/runtime/providers.js';

export interface OpenDevice {
  readonly device: DeviceThread;
  readonly runner: DeviceRunner;
  /** Every run, as it was reported. */
  readonly reports: readonly BatchReport[];
  /** A further caller. */
  caller(maxWaiting?: number): DeviceRunner;
  close(): Promise<void>;
}

/** A device worker with one caller in this thread. */
export async function openDevice(
  bundle: LoadedBundle,
  provider: Provider,
  batch: Partial<BatchRules> = {},
): Promise<OpenDevice> {
  const reports: BatchReport[] = [];
  const rules = { ...DEFAULT_BATCH_RULES, ...batch };
  const device = await DeviceThread.start(
    { bundle, provider, deviceId: 0, threads: 1, batch: rules, takesCpu: true },
    (report) => reports.push(report),
  );
  const callers: DeviceRunner[] = [];
  const caller = (maxWaiting = rules.maxWaiting): DeviceRunner => {
    const one = new DeviceRunner(device.connect(), maxWaiting);
    callers.push(one);
    return one;
  };
  const close = async (): Promise<void> => {
    for (const one of callers) one.close();
    await device.close();
  };
  return { device, runner: caller(), reports, caller, close };
}
