import type { WeightsFile } from '../parameters.js';
import { elementBytes } from './element-types.js';
import type { FileBytes } from './file-bytes.js';
import { type LocatedTensor, LocatedWeights } from './located-weights.js';
import type { PickleDict, PickleValue } from './pickle/values.js';
import { STRIP } from './remedies.js';
import { type TorchStorage, TorchTensor } from './torch-values.js';

/** The byte of the file at which a root storage starts, by its key. */
export type StorageBytes = ReadonlyMap<string, number>;

/** The one group of a file that is a state dict itself. */
export const WHOLE_FILE = '';

/**
 * The state dicts of a checkpoint: every entry of its top level that is a dict with tensors, by name
 * (`state_dict`, `ckpt_feature`); a top level that has no such entry but tensors is the group `''`.
 * What lies beside them (epochs, names, the optimiser) is left out. Throws BUNDLE_INVALID when there is
 * no tensor.
 */
export function torchGroups(
  bytes: FileBytes,
  value: PickleValue,
  storages: StorageBytes,
): Map<string, WeightsFile> {
  if (!(value instanceof Map)) throw noTensors(bytes, 'the pickle is no dict');
  const dicts = namedDicts(value).filter(([, dict]) => tensorsOf(dict).length > 0);
  const whole: [string, PickleDict][] = tensorsOf(value).length > 0 ? [[WHOLE_FILE, value]] : [];
  const chosen = dicts.length > 0 ? dicts : whole;
  if (chosen.length === 0) throw noTensors(bytes, `the top level has ${namesOf(value)}`);
  return new Map(chosen.map(([name, dict]) => [name, weightsOf(bytes, dict, storages)]));
}

function weightsOf(bytes: FileBytes, dict: PickleDict, storages: StorageBytes): WeightsFile {
  const tensors = tensorsOf(dict).map(([name, tensor]): [string, LocatedTensor] => [
    name,
    located(tensor, storages.get(tensor.storage.key) ?? 0),
  ]);
  return new LocatedWeights(bytes, new Map(tensors));
}

function located({ storage, layout }: TorchTensor, rootByte: number): LocatedTensor {
  const storageByte = rootByte + storage.start * elementBytes(storage.type);
  return { type: storage.type, layout, storageByte };
}

function namedDicts(dict: PickleDict): [string, PickleDict][] {
  return [...dict].filter(
    (pair): pair is [string, PickleDict] => typeof pair[0] === 'string' && pair[1] instanceof Map,
  );
}

function tensorsOf(dict: PickleDict): [string, TorchTensor][] {
  return [...dict].filter(
    (pair): pair is [string, TorchTensor] =>
      typeof pair[0] === 'string' && pair[1] instanceof TorchTensor,
  );
}

/** The first keys, for a message. */
function namesOf(dict: PickleDict): string {
  const keys = [...dict.keys()].filter((key) => typeof key === 'string');
  return keys.length === 0 ? 'no names' : keys.slice(0, 10).join(', ').slice(0, 500);
}

function noTensors(bytes: FileBytes, problem: string): Error {
  return bytes.invalid('the checkpoint', `holds no dict of tensors: ${problem}`, STRIP);
}

/** Every storage that a pickle speaks of must have its bytes in the file; names the first without. */
export function checkStorage(
  bytes: FileBytes,
  root: TorchStorage,
  found: number | undefined,
  unit: 'bytes' | 'elements',
): void {
  const wanted = unit === 'bytes' ? root.rootCount * elementBytes(root.type) : root.rootCount;
  if (found === wanted) return;
  const has = found === undefined ? 'is not in the file' : `has ${found} ${unit}`;
  throw bytes.invalid(`storage ${root.key}`, `${has}; its tensors need ${wanted} ${unit}`);
}
