import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunReply, RunRequest } from '../../../services/vision/device/device-protocol.js';
import { DeviceRunner } from '../../../services/vision/device/device-runner.js';

let device: MessagePort;
let runner: DeviceRunner;
let received: RunRequest[];
let told: string[];
beforeEach(() => {
  const { port1, port2 } = new MessageChannel();
  [device, received, told] = [port1, [], []];
  const own = told;
  device.on('message', (request: RunRequest) => received.push(request));
  runner = new DeviceRunner(port2, 10, () => own.push('gone'));
});
afterEach(() => runner.close());

const run = (count: number) => runner.run('embedder', new Uint8Array(count), count);
const sent = (count: number) => vi.waitFor(() => expect(received).toHaveLength(count));
function answer({ id, count }: RunRequest): void {
  const outputs = [{ dims: [count, 1], values: new Float32Array(count) }];
  device.postMessage({ kind: 'ran', id, outputs } satisfies RunReply);
}

describe('DeviceRunner', () => {
  it('sends no more pictures than may wait, the rest in order as answers come', async () => {
    const all = [4, 4, 4, 1].map((count) => run(count));
    await sent(2);
    expect(received.map(({ count }) => count)).toEqual([4, 4]);
    received.slice(0, 1).forEach(answer);
    await sent(4);
    expect(received.map(({ count }) => count)).toEqual([4, 4, 4, 1]);
    received.slice(1).forEach(answer);
    expect((await Promise.all(all)).map(([output]) => output?.dims[0])).toEqual([4, 4, 4, 1]);
  });

  it('lets a request go that is larger than that, alone', async () => {
    const large = run(50);
    const small = run(1);
    await sent(1);
    received.slice(0, 1).forEach(answer);
    await sent(2);
    received.slice(1).forEach(answer);
    expect([(await large)[0]?.dims, (await small)[0]?.dims]).toEqual([
      [50, 1],
      [1, 1],
    ]);
  });

  it('moves a whole buffer and copies a view', async () => {
    const whole = new Uint8Array(3);
    const view = new Uint8Array(9).subarray(3, 6);
    void runner.run('embedder', whole, 3).catch(() => undefined);
    void runner.run('embedder', view, 3).catch(() => undefined);
    await sent(2);
    expect([whole.byteLength, view.byteLength]).toEqual([0, 3]);
  });

  it('passes an error on by its code', async () => {
    const failing = run(1);
    await sent(1);
    const id = received[0]?.id ?? -1;
    const failure = { code: 'BUNDLE_INVALID', message: 'a wrong graph', field: 'embedder' };
    device.postMessage({ kind: 'failed', id, failure } satisfies RunReply);
    await expect(failing).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
      message: 'a wrong graph',
      field: 'embedder',
    });
  });

  it('fails all that wait with MODEL_FAILED when the device ends, and says so once', async () => {
    const all = [8, 8, 8].map((count) => run(count));
    await sent(1);
    device.close();
    for (const one of all)
      await expect(one).rejects.toMatchObject({ code: 'MODEL_FAILED', canRetry: true });
    await expect(run(1)).rejects.toMatchObject({ code: 'MODEL_FAILED' });
    expect(told).toEqual(['gone']);
  });
});
