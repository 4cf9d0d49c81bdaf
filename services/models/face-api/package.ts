import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { bundleInvalid } from '../invalid.js';
import { parseJson } from '../parse-json.js';
import { REINSTALL } from './weights-manifest.js';

const PACKAGE = '@vladmandic/face-api';
const packageFile = z.object({ version: z.string().min(1), license: z.string().min(1) });

/** Where the installed package keeps its weights, and which it is. */
export interface FaceApiPackage {
  readonly modelFolder: string;
  /** `@vladmandic/face-api 1.7.15 (MIT)` */
  readonly origin: string;
}

/** Finds the package as Node does. Throws BUNDLE_INVALID when it is not installed. */
export async function findFaceApi(): Promise<FaceApiPackage> {
  const file = resolvePackageFile();
  const { version, license } = parseJson(
    packageFile,
    await readFile(file, 'utf8'),
    file,
    REINSTALL,
  );
  return {
    modelFolder: path.join(path.dirname(file), 'model'),
    origin: `${PACKAGE} ${version} (${license})`,
  };
}

function resolvePackageFile(): string {
  try {
    return createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
  } catch (error) {
    throw bundleInvalid(PACKAGE, 'package.json', 'is not installed', REINSTALL, error);
  }
}
