import { type Affine, batchNormAsAffine } from '../onnx/fold.js';
import type { Parameters } from '../parameters.js';

/** The batch norm `name` of PyTorch's state dict, as it acts when the network runs. */
export function takeBatchNorm(
  parameters: Parameters,
  name: string,
  channels: number,
  epsilon: number,
): Affine {
  const take = (part: string) => parameters.take(`${name}.${part}`, [channels]).values;
  const norm = {
    scale: take('weight'),
    offset: take('bias'),
    mean: take('running_mean'),
    variance: take('running_var'),
  };
  return batchNormAsAffine(norm, epsilon);
}
