import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ClipidError } from '../../../../services/core/errors.js';
import type { Checkpoint } from '../../../../services/models/weights/checkpoint.js';

const FOLDER = path.resolve(import.meta.dirname, '../../../fixtures/weights');

interface Tensor {
  readonly dims: readonly number[];
  readonly values: readonly number[];
}
/** File (without its ending), group, tensor. */
type Expected = Record<string, Record<string, Record<string, Tensor>>>;

/** A checkpoint that PyTorch wrote (tests/fixtures/weights/make_checkpoints.py). */
export function fixture(name: string): string {
  return path.join(FOLDER, name);
}

export function fixtureBytes(name: string): Buffer {
  return readFileSync(fixture(name));
}

/** What PyTorch says is in its checkpoints. */
export function expectedTensors(): Expected {
  return JSON.parse(readFileSync(fixture('expected.json'), 'utf8')) as Expected;
}

/** Everything that a checkpoint holds. */
export function contents({ groups }: Checkpoint): Expected[string] {
  return Object.fromEntries(
    [...groups].map(([group, weights]) => [
      group,
      Object.fromEntries(
        weights.names.map((name) => [
          name,
          { dims: weights.dimsOf(name) ?? [], values: [...weights.read(name)] },
        ]),
      ),
    ]),
  );
}

/** What `step` throws; the test fails when that is nothing or no ClipidError. */
export function failureOf(step: () => unknown): ClipidError {
  try {
    step();
  } catch (error) {
    if (error instanceof ClipidError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
