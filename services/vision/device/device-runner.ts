import type { MessagePort } from 'node:worker_threads';
import { ClipidError } from '../../core/errors.js';
import type { RunReply, RunRequest } from './device-protocol.js';
import { errorOf } from '../failure.js';
import type {
  NetworkInput,
  NetworkName,
  NetworkOutput,
  NetworkRunner,
} from '../runtime/network-runner.js';

interface Pending {
  readonly count: number;
  readonly resolve: (outputs: readonly NetworkOutput[]) => void;
  readonly reject: (error: ClipidError) => void;
}

/** A vision worker's end of a device worker: pictures go out and numbers come in by transfer. */
export class DeviceRunner implements NetworkRunner {
  private readonly pending = new Map<number, Pending>();
  /** In the order that they came. */
  private readonly held: { readonly count: number; readonly go: () => void }[] = [];
  private nextId = 0;
  private sent = 0;
  private isGone = false;

  /**
   * maxWaiting: pictures of this runner that may lie with the device; more are held back here (one
   * request always goes, however large). onGone: told once when the port is closed, from either end.
   */
  constructor(
    private readonly port: MessagePort,
    private readonly maxWaiting: number,
    onGone: () => void = () => undefined,
  ) {
    port.on('message', (reply: RunReply) => this.settle(reply));
    port.on('close', () => {
      if (this.isGone) return;
      this.failAll();
      onGone();
    });
  }

  async run(
    network: NetworkName,
    input: NetworkInput,
    count: number,
  ): Promise<readonly NetworkOutput[]> {
    await this.room(count);
    if (this.isGone) throw gone();
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      const own = ownBuffer(input);
      const request: RunRequest = { id, network, input: own, count };
      this.port.postMessage(request, [own.buffer as ArrayBuffer]);
      this.pending.set(id, { count, resolve, reject });
    });
  }

  /** Requests that are not answered fail with MODEL_FAILED. */
  close(): void {
    this.port.close();
  }

  /** Resolves when the pictures may go; they are counted from then on. */
  private async room(count: number): Promise<void> {
    const go = new Promise<void>((resolve) => this.held.push({ count, go: resolve }));
    this.letGo();
    await go;
  }

  private letGo(): void {
    for (;;) {
      const [first] = this.held;
      if (first === undefined || !this.fits(first.count)) return;
      this.held.shift();
      this.sent += first.count;
      first.go();
    }
  }

  private fits(count: number): boolean {
    return this.isGone || this.sent === 0 || this.sent + count <= this.maxWaiting;
  }

  private settle(reply: RunReply): void {
    const pending = this.pending.get(reply.id);
    if (pending === undefined) return;
    this.pending.delete(reply.id);
    this.sent -= pending.count;
    this.letGo();
    if (reply.kind === 'ran') pending.resolve(reply.outputs);
    else pending.reject(errorOf(reply.failure));
  }

  private failAll(): void {
    this.isGone = true;
    for (const { reject } of this.pending.values()) reject(gone());
    this.pending.clear();
    this.letGo();
  }
}

function gone(): ClipidError {
  return new ClipidError('MODEL_FAILED', 'The thread that runs the networks has ended.');
}

/** Only whole buffers can be transferred; a view into one is copied out. */
function ownBuffer(input: NetworkInput): NetworkInput {
  return input.byteLength === input.buffer.byteLength ? input : input.slice();
}
