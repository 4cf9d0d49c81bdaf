import type { LoadedBundle } from '../../models/load.js';
import type { BatchRules } from './batch-plan.js';
import type { BatchReport } from './device-protocol.js';
import { DeviceThread } from './device-thread.js';
import type { NetworkSource } from '../runtime/network-source.js';
import type { VisionWorkerData } from '../protocol.js';
import type { Provider, ProviderChoice } from '../runtime/providers.js';
import { VisionWorker } from '../vision-worker.js';

/** Frames that wait for a device cost a worker nothing; they are what fills its batches. */
const DEVICE_FRAMES = 4;

export interface DeviceSettings {
  readonly bundle: LoadedBundle;
  readonly provider: Provider;
  readonly deviceId: number;
  readonly threads: number;
  /** Vision workers that share the device. */
  readonly callers: number;
  readonly batch: BatchRules;
  readonly takesCpu: boolean;
  readonly onBatch: (report: BatchReport) => void;
}

/** One device worker runs the networks of all its vision workers; when it dies, all are started anew. */
export class DeviceSource implements NetworkSource {
  readonly framesPerWorker = DEVICE_FRAMES;
  readonly choice: ProviderChoice;
  /** Vision workers that live or are being started. */
  workerCount = 0;
  private starting: Promise<DeviceThread> | null = null;

  private constructor(
    private readonly settings: DeviceSettings,
    private device: DeviceThread,
  ) {
    this.choice = device.choice;
  }

  /** Throws TOOL_MISSING, BUNDLE_INVALID, MODEL_FAILED. */
  static async start(settings: DeviceSettings): Promise<DeviceSource> {
    return new DeviceSource(settings, await startDevice(settings, settings.provider));
  }

  async startWorker(onGone: () => void): Promise<VisionWorker> {
    this.workerCount += 1;
    const leave = (): void => void (this.workerCount -= 1);
    try {
      return await VisionWorker.start(await this.workerData(), () => {
        leave();
        onGone();
      });
    } catch (thrown) {
      leave();
      throw thrown;
    }
  }

  async close(): Promise<void> {
    await this.device.close();
  }

  private async workerData(): Promise<VisionWorkerData> {
    const port = (await this.living()).connect();
    const { bundle, batch, callers } = this.settings;
    const maxWaiting = Math.max(1, Math.floor(batch.maxWaiting / callers));
    return { bundle, networks: { kind: 'device', port, maxWaiting } };
  }

  /** The device, or its successor; of several that ask at once only one starts it. */
  private async living(): Promise<DeviceThread> {
    if (!this.device.isGone) return this.device;
    this.starting ??= startDevice(this.settings, this.choice.provider);
    try {
      this.device = await this.starting;
    } finally {
      this.starting = null;
    }
    return this.device;
  }
}

function startDevice(settings: DeviceSettings, provider: Provider): Promise<DeviceThread> {
  const { bundle, deviceId, threads, batch, takesCpu, onBatch } = settings;
  return DeviceThread.start({ bundle, provider, deviceId, threads, batch, takesCpu }, onBatch);
}

/** Several devices of one kind; a new vision worker goes to the one with the fewest. */
export class DevicesSource implements NetworkSource {
  readonly framesPerWorker = DEVICE_FRAMES;

  private constructor(
    readonly choice: ProviderChoice,
    private readonly devices: readonly DeviceSource[],
  ) {}

  /** The others run on what the first one chose. deviceIds: not empty. Throws as `DeviceSource.start`. */
  static async start(
    settings: Omit<DeviceSettings, 'deviceId'>,
    [firstId = 0, ...otherIds]: readonly number[],
  ): Promise<DevicesSource> {
    const first = await DeviceSource.start({ ...settings, deviceId: firstId });
    const { provider } = first.choice;
    const others = otherIds.map((deviceId) =>
      DeviceSource.start({ ...settings, provider, deviceId }),
    );
    return new DevicesSource(first.choice, [first, ...(await Promise.all(others))]);
  }

  startWorker(onGone: () => void): Promise<VisionWorker> {
    const fewest = this.devices.reduce((a, b) => (b.workerCount < a.workerCount ? b : a));
    return fewest.startWorker(onGone);
  }

  async close(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.close()));
  }
}
