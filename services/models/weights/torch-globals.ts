import type { ElementType } from './element-types.js';
import { layoutProblem } from './layout.js';
import {
  type HostObject,
  PickleFunction,
  type PickleRun,
  type PickleValue,
} from './pickle/values.js';
import { StorageType, TorchStorage, TorchTensor } from './torch-values.js';

const STORAGES: Readonly<Record<string, ElementType>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

/** The closed list: a name that is not here is refused. Every entry is code of this file. */
const GLOBALS: ReadonlyMap<string, HostObject> = new Map<string, HostObject>([
  ['collections OrderedDict', new PickleFunction(orderedDict)],
  ['torch Size', new PickleFunction(torchSize)],
  ['torch._utils _rebuild_tensor', new PickleFunction(rebuildTensor)],
  ['torch._utils _rebuild_tensor_v2', new PickleFunction(rebuildTensor)],
  ['torch._utils _rebuild_parameter', new PickleFunction(rebuildParameter)],
  ...Object.entries(STORAGES).map(([name, type]): [string, HostObject] => [
    `torch ${name}`,
    new StorageType(type),
  ]),
]);

/** What a name in a checkpoint's pickle means; undefined for what is not on the list. */
export function torchGlobal(module: string, name: string): HostObject | undefined {
  // A space parts them because a module's name may hold dots; a name with spaces finds nothing.
  return GLOBALS.get(`${module} ${name}`);
}

/** Python 3 calls it with nothing and sets items, Python 2 with a list of pairs. */
function orderedDict(values: readonly PickleValue[], run: PickleRun): PickleValue {
  const [pairs = []] = values;
  if (!Array.isArray(pairs)) throw run.invalid('makes a dict of what are no pairs');
  run.spend(pairs.length);
  return new Map(
    pairs.map((pair): [PickleValue, PickleValue] => {
      const [key, value] = Array.isArray(pair) ? pair : [];
      if (typeof key === 'string' && value !== undefined) return [key, value];
      throw run.invalid('makes a dict of what are no pairs');
    }),
  );
}

function torchSize(values: readonly PickleValue[], run: PickleRun): PickleValue {
  const [dims] = values;
  if (!Array.isArray(dims)) throw run.invalid('makes a size of what are no dims');
  return dims;
}

/** (storage, offset, dims, strides, ...): gradients and hooks are of no use here. */
function rebuildTensor(values: readonly PickleValue[], run: PickleRun): TorchTensor {
  const [storage, offset, dims, strides] = values;
  if (!(storage instanceof TorchStorage)) throw run.invalid('makes a tensor without a storage');
  const layout = {
    dims: integers(dims, run),
    strides: integers(strides, run),
    offset: integer(offset, run),
  };
  const problem = layoutProblem(layout, storage.count);
  if (problem !== undefined) throw run.invalid(`makes a tensor that ${problem}`);
  return new TorchTensor(storage, layout);
}

/** (tensor, whether it is trained, hooks). */
function rebuildParameter(values: readonly PickleValue[], run: PickleRun): TorchTensor {
  const [tensor] = values;
  if (tensor instanceof TorchTensor) return tensor;
  throw run.invalid('makes a parameter of what is no tensor');
}

function integers(value: PickleValue | undefined, run: PickleRun): number[] {
  if (!Array.isArray(value)) throw run.invalid('makes a tensor without dims and strides');
  run.spend(value.length);
  return value.map((one) => integer(one, run));
}

function integer(value: PickleValue | undefined, run: PickleRun): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw run.invalid('makes a tensor with a dim, stride or offset that is no whole number');
}
