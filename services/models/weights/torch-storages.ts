import { elementBytes } from './element-types.js';
import type { FileBytes } from './file-bytes.js';
import { PickleBytes } from './pickle/pickle-bytes.js';
import { readPickle } from './pickle/machine.js';
import type { PickleHost, PickleRun, PickleValue } from './pickle/values.js';
import { STRIP } from './remedies.js';
import { torchGlobal } from './torch-globals.js';
import { StorageType, TorchStorage } from './torch-values.js';

/** The root storages that a checkpoint's pickle speaks of, by key. */
export type RootStorages = ReadonlyMap<string, TorchStorage>;

/** What a checkpoint's pickle holds, and the storages that it needs. */
export interface TorchObject {
  readonly value: PickleValue;
  readonly roots: RootStorages;
}

/**
 * Reads the pickle in which torch.save keeps an object; the numbers of its tensors are elsewhere.
 * Throws BUNDLE_INVALID for everything but plain data and tensors.
 */
export function readTorchObject(bytes: PickleBytes): TorchObject {
  const roots = new Map<string, TorchStorage>();
  const host: PickleHost = {
    global: torchGlobal,
    persistent: (id, run) => storageOf(id, roots, run),
  };
  return { value: readPickle(bytes, host), roots };
}

/** A pickle of plain data, in which no name has a meaning. */
export function readPlainPickle(bytes: PickleBytes): PickleValue {
  return readPickle(bytes, {
    global: () => undefined,
    persistent: (_, run) => {
      throw run.invalid('refers to a storage where none can be');
    },
  });
}

/** A pickle that may reach to the end of the file. */
export function pickleFrom(bytes: FileBytes, start: number): PickleBytes {
  return new PickleBytes(bytes, start, bytes.size);
}

/** Bytes of a root storage. */
export function storageBytes(root: TorchStorage): number {
  return root.rootCount * elementBytes(root.type);
}

/** id: ('storage', type, key, device, count) and, in old files, (view key, start, count) or None. */
function storageOf(
  id: PickleValue,
  roots: Map<string, TorchStorage>,
  run: PickleRun,
): TorchStorage {
  if (!Array.isArray(id)) throw run.invalid('refers to a storage by what is no tuple');
  const [what, type, key, , count, view = null] = id;
  if (what !== 'storage') {
    const problem = 'keeps a whole module with its source, not a state dict; nothing was run';
    throw run.invalid(what === 'module' ? problem : 'refers to what is no storage', STRIP);
  }
  if (!(type instanceof StorageType) || typeof key !== 'string' || !isCount(count)) {
    throw run.invalid('refers to a storage whose type, key or count is none');
  }
  const root = new TorchStorage(type.type, key, count, 0, count);
  const known = roots.get(key) ?? root;
  if (known.type !== root.type || known.rootCount !== count) {
    throw run.invalid('gives one storage two types or counts');
  }
  roots.set(key, known);
  return view === null ? known : partOf(known, view, run);
}

function partOf(root: TorchStorage, view: PickleValue, run: PickleRun): TorchStorage {
  const [, start, count] = Array.isArray(view) ? view : [];
  if (isCount(start) && isCount(count) && start + count <= root.rootCount) {
    return new TorchStorage(root.type, root.key, root.rootCount, start, count);
  }
  throw run.invalid('takes a part of a storage that is not in it');
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
