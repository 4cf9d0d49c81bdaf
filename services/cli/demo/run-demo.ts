import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadConfig, type Config } from '../../config.js';
import { connect } from '../../search/client.js';
import type { ToolSettings } from '../../video/tools.js';
import { IngestProgress } from '../ingest/ingest-progress.js';
import { noteLogger } from '../note-logger.js';
import type { Terminal } from '../terminal.js';
import { ingestClips, readiness, tracksOf } from './ask.js';
import { enrolledText, tracksText } from './demo-text.js';
import { enrolPeople } from './enrol-people.js';
import { makeClips, type DemoClip } from './make-clips.js';
import type { DemoTrack } from './tracks.js';
import { problemsOf } from './verify.js';
import { writeSheet } from './write-sheet.js';

const GALLERY = 'demo';
const ANY_PORT = '127.0.0.1:0';

export interface DemoSettings {
  /** Holds clips, stills and the sheet; clips are kept for the next run. */
  readonly folder: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}
export interface DemoResult {
  readonly tracks: readonly DemoTrack[];
  /** What went wrong; empty when everybody was found and nobody was taken for another. */
  readonly problems: readonly string[];
  readonly sheets: readonly string[];
  /** HTTP status of /readyz. */
  readonly readiness: number;
}

/** Clips, a server with models and an empty gallery, enrolment, ingest, questions, contact sheet. */
export async function runDemo(settings: DemoSettings): Promise<DemoResult> {
  const folder = resolve(settings.folder);
  await mkdir(folder, { recursive: true });
  const data = await mkdtemp(join(folder, 'data-'));
  const config = loadConfig({ data, allowedFolders: join(folder, 'clips') });
  try {
    return await runIn(folder, config, settings);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

async function runIn(
  folder: string,
  config: Config,
  { terminal, signal }: DemoSettings,
): Promise<DemoResult> {
  const clips = await prepareClips(folder, config, terminal, signal);
  const asked = await askServer(folder, config, clips, terminal, signal);
  terminal.result(tracksText(asked.tracks));
  const { framesPerSecond, longSidePx } = config;
  const sheet = { folder, bundleId: asked.bundleId, tools: toolsOf(config), signal };
  const sampling = { framesPerSecond, longSidePx };
  const sheets = await writeSheet(clips, asked.tracks, { ...sheet, sampling });
  terminal.note(`5. Contact sheet: ${sheets.join(' and ')}`);
  return { ...asked, sheets, problems: problemsOf(clips, asked.tracks) };
}

function prepareClips(
  folder: string,
  config: Config,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<DemoClip[]> {
  terminal.note('1. Clips, each a pan over one photo with blurred and dark moments:');
  return makeClips(join(folder, 'clips'), toolsOf(config), signal, ({ path, reused }) =>
    terminal.note(`  ${path}${reused ? ' (from an earlier run)' : ''}`),
  );
}

interface Asked {
  readonly tracks: readonly DemoTrack[];
  readonly readiness: number;
  readonly bundleId: string;
}

/** Everything that is asked goes over gRPC, as any other program would ask it. */
async function askServer(
  folder: string,
  config: Config,
  clips: readonly DemoClip[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Asked> {
  const { startService } = await import('../../compose.js');
  const progress = new IngestProgress(terminal);
  const addresses = { grpcAddress: ANY_PORT, httpAddress: ANY_PORT };
  const service = await startService({
    config,
    ...addresses,
    watch: null,
    logger: noteLogger(terminal),
    onProgress: progress.onFrame,
  });
  const { bundleId } = service;
  const client = connect(service.grpcAddress);
  try {
    const status = await readiness(service.httpAddress ?? '', signal);
    terminal.note(`2. The server is up: gRPC ${service.grpcAddress}, /readyz answers ${status}`);
    terminal.note(`  models: ${bundleId}`);
    await client.galleries.createGallery({ galleryId: GALLERY }, { signal });
    const enrolled = await enrolPeople(client, GALLERY, join(folder, 'stills'), signal);
    terminal.note(['3. Enrolled:', ...enrolled.map(enrolledText)].join('\n'));
    const ingested = await ingestClips(client, GALLERY, clips, progress, signal);
    const tracks = await tracksOf(client, GALLERY, ingested, signal);
    terminal.note(`4. Ingested ${ingested.length} clips. Who is in them:`);
    return { tracks, readiness: status, bundleId };
  } finally {
    client.close();
    await service.close();
  }
}

export function toolsOf({ ffmpeg, ffprobe }: Config): ToolSettings {
  return {
    ...(ffmpeg === undefined ? {} : { ffmpegPath: ffmpeg }),
    ...(ffprobe === undefined ? {} : { ffprobePath: ffprobe }),
  };
}
