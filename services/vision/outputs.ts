import { ClipidError } from '../core/errors.js';
import type { NetworkOutput } from './runtime/network-runner.js';

/** What an output of a graph must be. */
export interface ExpectedOutput {
  /** Its place among the network's outputs. */
  readonly index: number;
  /** The manifest's field that names it. */
  readonly field: string;
  /** What it holds: `boxes of stride 8`. */
  readonly what: string;
  readonly rows: number;
  readonly columns: number;
  /** What the sizes follow from, and what to look at when they differ. */
  readonly because: string;
}

/**
 * The values of an output, row-major [rows, columns]. Dims of 1 may be added or left out (a batch of
 * one picture, a score by itself); anything else that is not [rows, columns] throws BUNDLE_INVALID.
 */
export function tableOf(outputs: readonly NetworkOutput[], expected: ExpectedOutput): Float32Array {
  const output = outputs[expected.index];
  if (output === undefined) throw wrongOutput(expected, 'is missing');
  const wanted = withoutOnes([expected.rows, expected.columns]);
  const { dims, values } = output;
  const fits = values.length === expected.rows * expected.columns;
  if (fits && String(withoutOnes(dims)) === String(wanted)) return values;
  throw wrongOutput(expected, `is [${dims.join(', ')}]`);
}

/** BUNDLE_INVALID where a network has not as many outputs as its family. */
export function checkOutputCount(
  outputs: readonly NetworkOutput[],
  counts: readonly number[],
  field: string,
  what: string,
): void {
  if (counts.includes(outputs.length)) return;
  throw new ClipidError(
    'BUNDLE_INVALID',
    `The graph of ${field} has ${outputs.length} outputs, ${counts.join(' or ')} are expected ` +
      `(${what}). List the right ones in ${field}.outputNames, or correct the family.`,
    { field: `${field}.outputNames` },
  );
}

function withoutOnes(dims: readonly number[]): number[] {
  return dims.filter((dim) => dim !== 1);
}

function wrongOutput(expected: ExpectedOutput, found: string): ClipidError {
  const { index, field, what, rows, columns, because } = expected;
  return new ClipidError(
    'BUNDLE_INVALID',
    `${field}: output ${index} (${what}) ${found}; expected is [${rows}, ${columns}], ${because}.`,
    { field },
  );
}
