import type { Range } from '../onnx/grid.js';
import type { QuantisationPlan } from '../onnx/quantise.js';

/** Outputs of the first five convolutions: rounding those costs most of the boxes' accuracy. */
const FLOAT_CLIPS = 5;
const CLIPS = 35;
const FIRST_CLIP_NODE = 4;

/**
 * The detector's layers end in Clip to [0, 6], so nothing had to be measured. The last convolutions,
 * which give boxes and scores, stay float32. 127 levels: it has many small weights, its sums stay
 * small, and what little a processor without VNNI cuts moves no face (docs/models.md).
 */
export const DETECTOR_QUANTISATION: QuantisationPlan = {
  ranges: Object.fromEntries(
    Array.from({ length: CLIPS - FLOAT_CLIPS }, (_, i): [string, Range] => [
      `Clip_${FIRST_CLIP_NODE + 2 * (i + FLOAT_CLIPS)}:0`,
      [0, 6],
    ]),
  ),
  mostWeightLevel: 127,
};

/**
 * Measured on 66 aligned faces of 6 people:
 *
 *   npx tsx services/evaluate/quantisation-ranges.ts <folder of people with 112 x 112 aligned faces>
 *
 * 64 levels: with 127, a processor without VNNI cuts so many sums that recognition suffers.
 */
export const RECOGNISER_QUANTISATION: QuantisationPlan = {
  // prettier-ignore
  ranges: {
    'Sub_2:0': [-122.79, 150.71],
    'Relu_4:0': [0, 11.24],
    'Relu_7:0': [0, 10.28],
    'Conv_8:0': [-11.48, 12.21],
    'Relu_10:0': [0, 13.29],
    'Relu_12:0': [0, 12.63],
    'Conv_13:0': [-13.56, 13.02],
    'Relu_15:0': [0, 18.26],
    'Relu_17:0': [0, 10.72],
    'Conv_18:0': [-11.82, 15.46],
    'Relu_20:0': [0, 24.33],
    'Relu_22:0': [0, 10.74],
    'Conv_23:0': [-7.65, 9.52],
    'AveragePool_24:0': [0, 14.37],
    'Relu_27:0': [0, 14.31],
    'Relu_29:0': [0, 6.59],
    'Conv_30:0': [-6.08, 8.3],
    'Relu_32:0': [0, 17.53],
    'Relu_34:0': [0, 6.01],
    'Conv_35:0': [-6.44, 9.04],
    'Relu_37:0': [0, 20.72],
    'Relu_39:0': [0, 6.03],
    'Conv_40:0': [-6.85, 7.34],
    'Relu_42:0': [0, 20.5],
    'Relu_44:0': [0, 5.64],
    'Conv_45:0': [-4.31, 6.12],
    'AveragePool_46:0': [0, 11.88],
    'Relu_49:0': [0, 10.4],
    'Relu_51:0': [0, 4.16],
    'Conv_52:0': [-4.82, 4.72],
    'Relu_54:0': [0, 9.24],
    'Relu_56:0': [0, 5.45],
    'Conv_57:0': [-5.68, 5.67],
    'Relu_59:0': [0, 8.61],
    'Relu_61:0': [0, 6.89],
    'Conv_62:0': [-6.32, 5.48],
    'AveragePool_63:0': [0, 4.52],
    'Relu_67:0': [0, 6.35],
    'Relu_69:0': [0, 4.34],
    'Conv_70:0': [-6.07, 3.83],
    'Relu_72:0': [0, 7],
    'Relu_74:0': [0, 3.13],
    'Conv_75:0': [-2.97, 2.61],
    'Relu_77:0': [0, 7.4],
    'Relu_79:0': [0, 4.12],
    'Conv_80:0': [-2.71, 2.32],
    'AveragePool_81:0': [0, 4.41],
    'Relu_84:0': [0, 4.86],
  },
  mostWeightLevel: 64,
};
