import type { WeightsFile } from '../parameters.js';
import { FileBytes } from './file-bytes.js';
import { STRIP } from './remedies.js';
import { looksLikeSafetensors, readSafetensors } from './safetensors.js';
import { WHOLE_FILE } from './torch-groups.js';
import { looksLikeLegacy, readTorchLegacy } from './torch-legacy.js';
import { readTorchZip } from './torch-zip.js';

const HEAD_BYTES = 512;
const ZIP_SIGNATURE = Buffer.from('PK\x03\x04', 'latin1');
const TAR_SIGNATURE = Buffer.from('ustar', 'latin1');
const TAR_SIGNATURE_AT = 257;

export type WeightsFormat = 'safetensors' | 'torch-zip' | 'torch-legacy';

/** A weights file's networks. */
export interface Checkpoint {
  /** As given; for messages. */
  readonly file: string;
  readonly format: WeightsFormat;
  /** By the name of the dict they are in; `''` for a file that is the weights of one network. */
  readonly groups: ReadonlyMap<string, WeightsFile>;
}

/**
 * Opens a file of weights: safetensors, or what torch.save writes now or wrote before 1.6. Which it is
 * is seen from its bytes, never from its name. Nothing that a pickle asks for is ever run, and tensors
 * are read only when they are asked for. Throws BUNDLE_INVALID naming the file, the place in it, what
 * is wrong and what to do.
 */
export function openWeights(file: string): Checkpoint {
  const bytes = new FileBytes(file);
  const head = bytes.read(0, Math.min(bytes.size, HEAD_BYTES));
  if (isAt(head, ZIP_SIGNATURE, 0)) {
    return { file, format: 'torch-zip', groups: readTorchZip(bytes) };
  }
  if (looksLikeSafetensors(head)) {
    const groups = new Map([[WHOLE_FILE, readSafetensors(bytes)]]);
    return { file, format: 'safetensors', groups };
  }
  if (looksLikeLegacy(head)) {
    return { file, format: 'torch-legacy', groups: readTorchLegacy(bytes) };
  }
  throw unknownFormat(bytes, head);
}

function unknownFormat(bytes: FileBytes, head: Buffer): Error {
  if (isAt(head, TAR_SIGNATURE, TAR_SIGNATURE_AT)) {
    const problem = 'is a tar archive; the form that torch wrote before 0.2 is not read';
    return bytes.invalid('the file', problem, STRIP);
  }
  const start = head.subarray(0, 9).toString('hex');
  const problem = `is neither safetensors nor a PyTorch checkpoint: it starts with 0x${start}`;
  return bytes.invalid('the file', problem, 'Name a .safetensors, .pth or .pth.tar file.');
}

function isAt(head: Buffer, signature: Buffer, at: number): boolean {
  return head.subarray(at, at + signature.length).equals(signature);
}
