import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { PROVIDERS } from '../core/providers.js';
import { kafkaSettings } from './kafka-settings.js';
import { ascends, flag, list, numbers, whole } from './kinds.js';
import { packageFolder } from './package-folder.js';

/**
 * What a process does: `all` takes clips in, works on them and answers searches. In a cluster many
 * `extract` processes, which keep nothing, work on clips, and one `gallery` process decides who was
 * seen and answers searches.
 */
export const ROLES = ['all', 'extract', 'gallery'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Every setting, its bounds and its default. Each is the environment variable CLIPID_<NAME>; the
 * command line's flags override it.
 */
export const settings = {
  role: z
    .enum(ROLES)
    .default('all')
    .describe(
      'What this process does: `all`, or in a cluster `extract` (works on clips, keeps nothing) or `gallery` (decides, answers searches).',
    ),
  data: z
    .string()
    .min(1)
    .default('var/data')
    .describe('Folder of the store; one process at a time.'),
  models: z
    .string()
    .min(1)
    .default(join(packageFolder(), 'var', 'models'))
    .describe('Folder that holds bundles; the default bundle is built here when it is missing.'),
  bundle: z
    .string()
    .min(1)
    .default('default')
    .describe('A bundle by its name in that folder, or by its own folder (with a slash in it).'),
  allowUntrained: flag
    .default(false)
    .describe('Whether a bundle with weights from a seed may run; its results mean nothing.'),
  provider: z
    .enum(PROVIDERS)
    .default('auto')
    .describe('What the networks run on; `auto` takes a GPU where one can be used, else the CPU.'),
  gpus: numbers(0, 63).default([0]).describe('The GPUs that are used, by number, comma-separated.'),
  batchSizes: numbers(1, 1024)
    .refine((sizes) => sizes[0] === 1 && ascends(sizes), 'ascends from 1, for example 1,8,32,128')
    .default([1, 8, 32, 128])
    .describe(
      'Sizes of the batches that a GPU sees, ascending from 1; what is not full is filled up.',
    ),
  batchWaitMs: z.coerce
    .number()
    .min(0)
    .max(1000)
    .default(5)
    .describe('The longest that a face waits for others while a GPU is free, in milliseconds.'),
  grpcAddress: z
    .string()
    .min(1)
    .default('127.0.0.1:50051')
    .describe(
      'host:port, or unix:/path. Loopback unless told otherwise: the API has no authentication yet.',
    ),
  httpAddress: z
    .string()
    .regex(/^.+:\d{1,5}$/, 'is host:port, for example 127.0.0.1:8080')
    .default('127.0.0.1:8080')
    .describe('host:port of /livez, /readyz and /metrics.'),
  watch: z
    .string()
    .optional()
    .describe('A folder whose clips are ingested as they appear; none by default.'),
  watchGallery: z.string().default('default').describe('The gallery of the watched folder.'),
  allowedFolders: list
    .default([])
    .describe(
      'Folders whose files a uri may name, comma-separated. The watched folder always may be read.',
    ),
  allowedHosts: list
    .default([])
    .describe('Hosts that a http(s) uri may name, comma-separated, each `host` or `host:port`.'),
  visionWorkers: whole(1, 64)
    .default(Math.min(8, availableParallelism()))
    .describe('Worker threads for the networks, each running one thread.'),
  clipConcurrency: whole(1, 64).default(2).describe('Clips that are worked on at the same time.'),
  framesPerSecond: z.coerce
    .number()
    .min(0.1)
    .max(60)
    .default(8)
    .describe('Frames a second of a clip that are looked at, unless its message says otherwise.'),
  longSidePx: whole(160, 4096)
    .default(1280)
    .describe('Long side to which larger pictures are scaled, in pixels.'),
  maxClipBytes: whole(1, Number.MAX_SAFE_INTEGER)
    .default(10 * 2 ** 30)
    .describe('The longest file that is fetched, in bytes.'),
  maxClipSeconds: whole(1, 86_400)
    .default(4 * 3600)
    .describe('The longest clip that is looked at, in seconds.'),
  maxAttempts: whole(1, 100)
    .default(5)
    .describe('A clip that fails for a passing reason is tried this often.'),
  recalibrateMinutes: whole(0, 10_080)
    .default(60)
    .describe(
      'How often is looked whether a gallery has grown enough to be calibrated anew, in minutes; 0: never.',
    ),
  ffmpeg: z.string().optional().describe('Absolute path of ffmpeg; found where it is not given.'),
  ffprobe: z.string().optional().describe('Absolute path of ffprobe; found where it is not given.'),
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
    .default('info')
    .describe('JSON lines on standard error, from this level on.'),
  graceSeconds: whole(0, 600)
    .default(20)
    .describe('Time that running clips and calls get at shutdown, in seconds.'),
  ...kafkaSettings,
} as const;
