import type { WeightsFile } from '../parameters.js';
import type { FileBytes } from './file-bytes.js';
import type { PickleBytes } from './pickle/pickle-bytes.js';
import { STRIP } from './remedies.js';
import { checkStorage, torchGroups } from './torch-groups.js';
import {
  type RootStorages,
  pickleFrom,
  readPlainPickle,
  readTorchObject,
  storageBytes,
} from './torch-storages.js';

/** What a pickle of protocol 2 or newer begins with. */
const PROTOCOL_OPCODE = 0x80;
const MAGIC = 0x1950a86a20f9469cfc6cn;
/** The magic number in a pickle of protocol 1. */
const TEXT_MAGIC = Buffer.from(`L${MAGIC.toString()}L\n.`);
const PROTOCOL = 1001;
const COUNT_BYTES = 8;

/** Whether a file that begins so can be a checkpoint of the old form, sound or not. */
export function looksLikeLegacy(head: Buffer): boolean {
  return head[0] === PROTOCOL_OPCODE || head.subarray(0, TEXT_MAGIC.length).equals(TEXT_MAGIC);
}

/**
 * A checkpoint as torch.save wrote it before 1.6: pickles of a magic number, a version, the writer's
 * machine, the object and the storages' keys, then every storage behind its count of elements.
 * Returns its state dicts (`torchGroups`). Throws BUNDLE_INVALID.
 */
export function readTorchLegacy(bytes: FileBytes): Map<string, WeightsFile> {
  const pickle = pickleFrom(bytes, 0);
  checkOpening(bytes, pickle);
  const { value, roots } = readTorchObject(pickle);
  const keys = readKeys(bytes, pickle);
  return torchGroups(bytes, value, storagesFrom(bytes, pickle.offset, keys, roots));
}

function checkOpening(bytes: FileBytes, pickle: PickleBytes): void {
  if (readPlainPickle(pickle) !== MAGIC) {
    const remedy = 'Name a file that torch.save wrote, or a safetensors file.';
    throw bytes.invalid('the file', 'is a pickle, but not one of torch.save', remedy);
  }
  if (readPlainPickle(pickle) !== PROTOCOL) {
    throw bytes.invalid('the version', `is not ${PROTOCOL}, which alone is read`, STRIP);
  }
  const machine = readPlainPickle(pickle);
  if (machine instanceof Map && machine.get('little_endian') === true) return;
  throw bytes.invalid('little_endian', 'is not true: only such files are read', STRIP);
}

function readKeys(bytes: FileBytes, pickle: PickleBytes): string[] {
  const keys = readPlainPickle(pickle);
  if (Array.isArray(keys) && keys.every((key) => typeof key === 'string')) return keys;
  throw bytes.invalid('the list of storages', 'is no list of keys');
}

/** The storages come one after the other in the order of `keys`. */
function storagesFrom(
  bytes: FileBytes,
  start: number,
  keys: readonly string[],
  roots: RootStorages,
): Map<string, number> {
  const storages = new Map<string, number>();
  let at = start;
  for (const key of keys) {
    const root = roots.get(key);
    if (root === undefined || storages.has(key)) {
      throw bytes.invalid('the list of storages', `has ${key}, which no tensor has or twice`);
    }
    checkStorage(bytes, root, Number(bytes.read(at, COUNT_BYTES).readBigInt64LE()), 'elements');
    storages.set(key, at + COUNT_BYTES);
    at += COUNT_BYTES + storageBytes(root);
  }
  if (at > bytes.size)
    throw bytes.invalid('the file', `is cut short: its storages end at byte ${at}`);
  for (const [key, root] of roots) {
    if (!storages.has(key)) checkStorage(bytes, root, undefined, 'elements');
  }
  return storages;
}
