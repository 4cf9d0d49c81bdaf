import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { packageFolder } from '../../../services/settings/package-folder.js';
import { runProgram } from './run-program.js';

/** The releases that the tests run on: the newest of each line that is supported. */
export const KAFKA_RELEASES = { '3.9': '3.9.2', '4': '4.4.0' } as const;
export type KafkaLine = keyof typeof KAFKA_RELEASES;

const CACHE = path.join(packageFolder(), 'var/kafka');
const POM = path.join(packageFolder(), 'tests/helpers/kafka/pom.xml');
const DOWNLOAD_LIMIT_MS = 10 * 60_000;
const LEFT_OVER_MS = 60 * 60_000;

/**
 * The folder of a release's jars: var/kafka/<release>. The first call copies them there from Maven
 * Central (45 MB), or from the mirror that Maven's own settings name.
 *
 * @throws Error without Maven or Java, or when the download fails.
 */
export async function kafkaJars(line: KafkaLine): Promise<string> {
  const folder = path.join(CACHE, KAFKA_RELEASES[line]);
  if (!(await exists(folder))) await download(KAFKA_RELEASES[line], folder);
  return folder;
}

/** Copied aside, then renamed: of two processes that do so at once, the first one's folder stays. */
async function download(release: string, folder: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  await removeLeftOvers();
  const aside = `${folder}.${randomUUID()}.part`;
  try {
    await copyDependencies(release, aside);
    await rename(aside, folder);
  } catch (error) {
    if (!(await exists(folder))) throw error;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** -C: a file whose checksum is wrong ends the download. */
async function copyDependencies(release: string, to: string): Promise<void> {
  const settings = [`-Dkafka.version=${release}`, `-DoutputDirectory=${to}`];
  const flags = ['-B', '-q', '-ntp', '-C', '-f', POM];
  const goal = 'dependency:copy-dependencies';
  await runProgram('mvn', [...flags, ...settings, goal], DOWNLOAD_LIMIT_MS);
}

/** Of downloads that were killed, once no live one can still be at it. */
async function removeLeftOvers(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    const left = path.join(CACHE, name);
    const found = name.endsWith('.part') ? await stat(left).catch(() => undefined) : undefined;
    if (found === undefined || Date.now() - found.mtimeMs < LEFT_OVER_MS) continue;
    await rm(left, { recursive: true, force: true });
  }
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}
