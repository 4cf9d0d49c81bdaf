import type { ClipidError } from '../../../core/errors.js';

/** What a pickle may hold: plain data, and objects that the host of the machine made. */
export type PickleValue =
  null | boolean | number | bigint | string | Uint8Array | PickleValue[] | PickleDict | HostObject;

/** Keys keep their order. Lists that serve as keys are told apart by identity, which harms nobody. */
export type PickleDict = Map<PickleValue, PickleValue>;

/** Made by the host, carried around by the machine. Narrow it with `instanceof`. */
export interface HostObject {
  readonly kind: string;
}

/** What a host may ask of the machine that runs. */
export interface PickleRun {
  /** BUNDLE_INVALID that names the file and the byte of the current opcode. */
  invalid(problem: string, remedy?: string): ClipidError;
  /** Counts work that grows with the data. Throws BUNDLE_INVALID above the limit. */
  spend(steps: number): void;
}

/** One of the closed list of functions of ours that a pickle may call. It never runs anything else. */
export class PickleFunction implements HostObject {
  readonly kind = 'function';

  constructor(readonly call: (values: readonly PickleValue[], run: PickleRun) => PickleValue) {}
}

/** What a pickle's names mean. */
export interface PickleHost {
  /** Undefined for everything that is not on the closed list. */
  global(module: string, name: string): HostObject | undefined;
  /** What stands for something stored outside of the pickle. */
  persistent(id: PickleValue, run: PickleRun): HostObject;
}
