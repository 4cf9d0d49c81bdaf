import { ClipidError } from '../../core/errors.js';
import { type BundleManifest, manifestSchema } from '../manifest.js';
import { parseJson } from '../parse-json.js';

const SHA256 = /^[0-9a-f]{64}$/;

/** A manifest some of whose sums are not known before the operator names them. */
export type ReadyManifest = Unsealed<BundleManifest>;
type Unsealed<T> = { [K in keyof T]: K extends 'sha256' ? string | null : Unsealed<T[K]> };

/** A bundle of networks that are published elsewhere: all of it but the files. */
export interface ReadyBundle {
  readonly manifest: ReadyManifest;
  /** Size of each file whose bytes are known, by its name. */
  readonly sizesBytes: Readonly<Record<string, number>>;
}

/** One file of a ready bundle. */
export interface ReadyFile {
  readonly file: string;
  /** Null where there are no official bytes: the operator names the sum. */
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
}

/** Every file of the bundle, once. */
export function readyFiles({ manifest, sizesBytes }: ReadyBundle): ReadyFile[] {
  const { detector, landmarks, embedder, quality } = manifest;
  const parts = [
    ...detector.graphs,
    ...(landmarks ? [landmarks] : []),
    embedder,
    ...(quality.kind === 'network' ? [quality] : []),
  ];
  const files = new Map(parts.map(({ file, sha256 }) => [file, sha256]));
  return [...files].map(([file, sha256]) => ({
    file,
    sha256,
    sizeBytes: sizesBytes[file] ?? null,
  }));
}

/**
 * The manifest with the sums filled in that it leaves open. Throws FIELD_INVALID naming the file for a
 * sum that is missing, malformed, of no file of the bundle, or other than one that is known.
 */
export function sealManifest(
  ready: ReadyBundle,
  given: ReadonlyMap<string, string> = new Map(),
): BundleManifest {
  const files = readyFiles(ready);
  for (const [file, sha256] of given) checkGiven(files, file, sha256);
  const sums = new Map(files.map((one) => [one.file, one.sha256 ?? given.get(one.file)]));
  for (const [file, sha256] of sums) if (sha256 === undefined) throw sumMissing(file);
  const text = JSON.stringify(ready.manifest, (_key, value: unknown) => withSum(value, sums));
  return parseJson(manifestSchema, text, ready.manifest.name, 'This ready manifest is wrong.');
}

function withSum(value: unknown, sums: ReadonlyMap<string, string | undefined>): unknown {
  if (value === null || typeof value !== 'object' || !('sha256' in value)) return value;
  if (!('file' in value) || typeof value.file !== 'string') return value;
  return { ...value, sha256: sums.get(value.file) };
}

function checkGiven(files: readonly ReadyFile[], file: string, sha256: string): void {
  const known = files.find((one) => one.file === file);
  if (known === undefined) {
    const names = files.map((one) => one.file).join(', ');
    throw sumInvalid(`The bundle has no file ${file}; it has ${names}.`);
  }
  if (!SHA256.test(sha256)) {
    throw sumInvalid(`The sha256 of ${file} must be 64 hexadecimal digits, small letters.`);
  }
  if (known.sha256 !== null && known.sha256 !== sha256) {
    throw sumInvalid(
      `${file} is published with sha256 ${known.sha256}; another file cannot take its place. ` +
        'Import a recogniser of your own instead.',
    );
  }
}

function sumMissing(file: string): ClipidError {
  return sumInvalid(
    `${file} is published nowhere with a fixed sum. Take it with sha256sum from the file that you ` +
      `trust and give --sha256 ${file}=<64 digits>.`,
  );
}

function sumInvalid(message: string): ClipidError {
  return new ClipidError('FIELD_INVALID', message, { field: 'sha256' });
}
