import type { DetectorPart } from '../../models/manifest.js';
import type { NetworkOutput } from '../runtime/network-runner.js';
import { tableOf } from '../outputs.js';
import type { PlacedFrame } from './detection.js';

/** Reads the outputs of a detector of one family, naming them in errors as the manifest does. */
export class DetectorOutputs {
  constructor(
    private readonly outputs: readonly NetworkOutput[],
    private readonly part: DetectorPart,
    private readonly placed: PlacedFrame,
  ) {}

  /** [anchors, columns] row-major. Throws BUNDLE_INVALID for another shape. */
  table(index: number, what: string, anchors: number, columns: number): Float32Array {
    const { inputWidthPx, inputHeightPx } = this.placed;
    const name = this.part.outputNames?.[index];
    return tableOf(this.outputs, {
      index,
      field: 'detector.outputNames',
      what: name === undefined ? what : `${name}, ${what}`,
      rows: anchors,
      columns,
      because:
        `for the ${this.part.family} family and an input of ${inputWidthPx} x ${inputHeightPx}: ` +
        'check the family, the order of outputNames, strides and anchors',
    });
  }
}
