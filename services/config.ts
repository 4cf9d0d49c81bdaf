import { availableParallelism } from 'node:os';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ClipidError } from './core/errors.js';
import { PROVIDERS } from './core/providers.js';

/** The folder of package.json, from the source tree as well as from dist/. */
function packageFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return here.endsWith(join('dist', 'services')) ? resolve(here, '../..') : resolve(here, '..');
}

/** The version in package.json. */
export function packageVersion(): string {
  const text = readFileSync(join(packageFolder(), 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
/** Whole numbers with commas between. */
const numbers = (least: number, most: number) =>
  list.transform((parts) => parts.map(Number)).pipe(z.array(z.int().min(least).max(most)).min(1));
/** `--flag` gives true; a variable is written out. */
const flag = z.union([z.boolean(), z.stringbool({ truthy: ['1', 'true'], falsy: ['0', 'false'] })]);

/**
 * Every setting, its bounds and its default. Each is the environment variable CLIPID_<NAME>; the
 * command line's flags override it.
 */
const schema = z.strictObject({
  /** Folder of the store; one process at a time. */
  data: z.string().min(1).default('var/data'),
  /** Folder that holds bundles; the default bundle is built here when it is missing. */
  models: z
    .string()
    .min(1)
    .default(join(packageFolder(), 'var', 'models')),
  /** A bundle by its name in that folder, or by its own folder (with a slash in it). */
  bundle: z.string().min(1).default('default'),
  /** Whether a bundle with weights from a seed may run; its results mean nothing. */
  allowUntrained: flag.default(false),
  /** What the networks run on; `auto` takes a GPU where one can be used, else the CPU. */
  provider: z.enum(PROVIDERS).default('auto'),
  /** The GPUs that are used, by number, comma-separated. */
  gpus: numbers(0, 63).default([0]),
  /** Sizes of the batches that a GPU sees, ascending from 1; what is not full is filled up. */
  batchSizes: numbers(1, 1024)
    .refine(
      (sizes) => sizes[0] === 1 && sizes.every((size, i) => size > (sizes[i - 1] ?? 0)),
      'ascends from 1, for example 1,8,32,128',
    )
    .default([1, 8, 32, 128]),
  /** The longest that a face waits for others while a GPU is free, in milliseconds. */
  batchWaitMs: z.coerce.number().min(0).max(1000).default(5),
  /** host:port, or unix:/path. Loopback unless told otherwise: the API has no authentication yet. */
  grpcAddress: z.string().min(1).default('127.0.0.1:50051'),
  httpAddress: z
    .string()
    .regex(/^.+:\d{1,5}$/, 'is host:port, for example 127.0.0.1:8080')
    .default('127.0.0.1:8080'),
  /** A folder whose clips are ingested as they appear; none by default. */
  watch: z.string().optional(),
  watchGallery: z.string().default('default'),
  /** Folders whose files a uri may name, comma-separated. The watched folder always may be read. */
  allowedFolders: list.default([]),
  /** Hosts that a http(s) uri may name, comma-separated, each `host` or `host:port`. */
  allowedHosts: list.default([]),
  /** Worker threads for the networks, each running one thread. */
  visionWorkers: whole(1, 64).default(Math.min(8, availableParallelism())),
  /** Clips that are worked on at the same time. */
  clipConcurrency: whole(1, 64).default(2),
  /** Frames a second of a clip that are looked at, unless its message says otherwise. */
  framesPerSecond: z.coerce.number().min(0.1).max(60).default(8),
  /** Long side to which larger pictures are scaled, in pixels. */
  longSidePx: whole(160, 4096).default(1280),
  maxClipBytes: whole(1, Number.MAX_SAFE_INTEGER).default(10 * 2 ** 30),
  maxClipSeconds: whole(1, 86_400).default(4 * 3600),
  /** A clip that fails for a passing reason is tried this often. */
  maxAttempts: whole(1, 100).default(5),
  ffmpeg: z.string().optional(),
  ffprobe: z.string().optional(),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  /** Time that running clips and calls get at shutdown, in seconds. */
  graceSeconds: whole(0, 600).default(20),
});
export type Config = z.infer<typeof schema>;
export type Settings = Partial<Record<keyof Config, unknown>>;

/**
 * The settings in force: flags over environment over defaults.
 * Throws FIELD_INVALID naming the variable, the bound and what was given.
 */
export function loadConfig(flags: Settings = {}, env: NodeJS.ProcessEnv = process.env): Config {
  const given = { ...fromEnvironment(env), ...withoutUndefined(flags) };
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0] ?? 'settings');
  throw new ClipidError(
    'FIELD_INVALID',
    `${variableName(name)}: ${issue?.message ?? 'is not valid'}.`,
    {
      field: variableName(name),
    },
  );
}

/** `grpcAddress` is CLIPID_GRPC_ADDRESS. */
function variableName(setting: string): string {
  return `CLIPID_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function fromEnvironment(env: NodeJS.ProcessEnv): Settings {
  const settings = Object.keys(schema.shape).map(
    (name) => [name, env[variableName(name)]] as const,
  );
  return withoutUndefined(Object.fromEntries(settings));
}

function withoutUndefined(settings: Settings): Settings {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined && value !== ''),
  );
}
