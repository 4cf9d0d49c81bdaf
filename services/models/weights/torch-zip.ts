import type { WeightsFile } from '../parameters.js';
import type { FileBytes } from './file-bytes.js';
import { PickleBytes } from './pickle/pickle-bytes.js';
import { STRIP } from './remedies.js';
import { checkStorage, torchGroups } from './torch-groups.js';
import { readTorchObject } from './torch-storages.js';
import { type EntryPlace, type ZipEntries, readZipEntries } from './zip-entries.js';

const PICKLE_NAME = /^[^/]+\/data\.pkl$/;
const MAX_PICKLE_BYTES = 64 * 1_048_576;
const MAX_BYTE_ORDER_BYTES = 16;

/**
 * A checkpoint as torch.save writes it since 1.6: a zip archive with one pickle and every storage as an
 * entry of its own. Returns its state dicts (`torchGroups`). Throws BUNDLE_INVALID.
 */
export function readTorchZip(bytes: FileBytes): Map<string, WeightsFile> {
  const entries = readZipEntries(bytes);
  const folder = archiveFolder(bytes, entries);
  checkByteOrder(bytes, entries.placeOf(`${folder}byteorder`));
  const { value, roots } = readTorchObject(pickleOf(bytes, entries, folder));
  const storages = new Map<string, number>();
  for (const [key, root] of roots) {
    const place = entries.placeOf(`${folder}data/${key}`);
    checkStorage(bytes, root, place?.size, 'bytes');
    storages.set(key, place?.offset ?? 0);
  }
  return torchGroups(bytes, value, storages);
}

/** The one folder that all is in, with its slash. */
function archiveFolder(bytes: FileBytes, { names }: ZipEntries): string {
  const found = names.filter((name) => PICKLE_NAME.test(name));
  const [name] = found;
  if (name === undefined || found.length > 1) {
    const problem = `has ${found.length} entries <folder>/data.pkl, a checkpoint has one`;
    throw bytes.invalid('the zip archive', problem, 'Name a file that torch.save wrote.');
  }
  const folder = name.slice(0, name.indexOf('/') + 1);
  if (names.includes(`${folder}constants.pkl`)) {
    const remedy = 'Save its state_dict() with safetensors.torch.save_file.';
    throw bytes.invalid('the zip archive', 'is a TorchScript program, not a checkpoint', remedy);
  }
  return folder;
}

/** Archives before torch 2.1 do not say it: they are little-endian where they are to be found. */
function checkByteOrder(bytes: FileBytes, place: EntryPlace | undefined): void {
  if (place === undefined) return;
  const order = bytes.read(place.offset, Math.min(place.size, MAX_BYTE_ORDER_BYTES)).toString();
  if (order === 'little') return;
  const problem = `is ${JSON.stringify(order)}, only "little" is read`;
  throw bytes.invalid('byteorder', problem, STRIP);
}

function pickleOf(bytes: FileBytes, entries: ZipEntries, folder: string): PickleBytes {
  const { offset, size } = entries.placeOf(`${folder}data.pkl`) ?? { offset: 0, size: 0 };
  if (size <= MAX_PICKLE_BYTES) return new PickleBytes(bytes, offset, offset + size);
  const problem = `has ${size} bytes, above the limit of ${MAX_PICKLE_BYTES}`;
  throw bytes.invalid('data.pkl', problem, STRIP);
}
