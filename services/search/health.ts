import type { Server } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { ClipidError } from '../core/errors.js';

/** Whether the process should be sent calls; a value that changes. */
export interface Readiness {
  readonly ready: boolean;
  /** Calls back after every change, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/** The whole server in grpc.health.v1. */
const WHOLE = '';

/**
 * grpc.health.v1 Check, List and Watch: a service serves while the process is ready and nobody has
 * switched the service off; "" serves while the process is ready.
 */
export class GrpcHealth {
  readonly #health: HealthImplementation;
  readonly #readiness: Readiness;
  readonly #switchedOn: Map<string, boolean>;
  readonly #stopFollowing: () => void;
  #draining = false;

  constructor(services: readonly string[], readiness: Readiness) {
    this.#readiness = readiness;
    this.#switchedOn = new Map([WHOLE, ...services].map((service) => [service, true]));
    this.#health = new HealthImplementation();
    this.#stopFollowing = readiness.onChange(() => this.#tell());
    this.#tell();
  }

  addToServer(server: Server): void {
    this.#health.addToServer(server);
  }

  /** Throws FIELD_INVALID for a service that is not here. */
  setServing(service: string, serving: boolean): void {
    if (!this.#switchedOn.has(service)) {
      throw new ClipidError('FIELD_INVALID', `'${service}' is not a service of this server.`);
    }
    this.#switchedOn.set(service, serving);
    this.#tell();
  }

  /** Nothing serves any more, whatever the readiness says later. */
  drain(): void {
    this.#draining = true;
    this.#stopFollowing();
    this.#tell();
  }

  #tell(): void {
    const ready = this.#readiness.ready && !this.#draining;
    for (const [service, on] of this.#switchedOn) {
      this.#health.setStatus(service, ready && on ? 'SERVING' : 'NOT_SERVING');
    }
  }
}
