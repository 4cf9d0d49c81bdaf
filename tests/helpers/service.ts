import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startService, type RunningService, type ServiceOptions } from '../../services/compose.js';
import { loadConfig, type Settings } from '../../services/config.js';
import { ClipState, type Clip } from '../../services/gen/clipid/v1/clip.js';
import { AppearanceView, type Appearance } from '../../services/gen/clipid/v1/common.js';
import { connect, type ClipidClient } from '../../services/search/client.js';
import { findTools } from '../../services/video/tools.js';
import { ClipFolder } from './clips.js';

export const GALLERY = 'default';

export interface ServiceSettings {
  readonly settings?: Settings;
  readonly options?: Partial<ServiceOptions>;
}

/** The whole service in this process, with real networks and real ffmpeg, on folders that go with it. */
export class TestService {
  readonly root = mkdtempSync(join(tmpdir(), 'clipid-service-'));
  readonly data = join(this.root, 'data');
  /** Where uris may point to. */
  readonly clips: ClipFolder;
  private running: { service: RunningService; client: ClipidClient } | undefined;

  private constructor(
    ffmpegPath: string,
    private readonly how: ServiceSettings,
  ) {
    this.clips = new ClipFolder(ffmpegPath);
  }

  static async start(how: ServiceSettings = {}): Promise<TestService> {
    const { ffmpeg } = await findTools();
    const made = new TestService(ffmpeg.path, how);
    await made.start();
    return made;
  }

  get client(): ClipidClient {
    return this.present().client;
  }

  get service(): RunningService {
    return this.present().service;
  }

  async start(): Promise<void> {
    const service = await startService({
      config: testConfig(this.data, this.clips.path, this.how.settings),
      grpcAddress: `unix:${join(this.root, 'socket')}`,
      httpAddress: null,
      watch: null,
      ...this.how.options,
    });
    this.running = { service, client: connect(service.grpcAddress || 'unix:/nowhere') };
  }

  /** Ends the process, so to speak; the data folder stays. */
  async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    running?.client.close();
    await running?.service.close();
  }

  async remove(): Promise<void> {
    await this.stop();
    this.clips.remove();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Submits a file and waits for its end. */
  async ingest(path: string, galleryId = GALLERY): Promise<Clip> {
    const { clip } = await this.client.clips.submitClip({ galleryId, uri: `file://${path}` });
    return this.waitFor(clip?.clipId ?? '', galleryId);
  }

  async waitFor(clipId: string, galleryId = GALLERY): Promise<Clip> {
    const { clip } = await this.client.clips.waitClip({ galleryId, clipId });
    if (clip === undefined) throw new Error(`clip ${clipId} is not there`);
    return clip;
  }

  /** Ingests what must go well. */
  async ingestDone(path: string, galleryId = GALLERY): Promise<Clip> {
    const clip = await this.ingest(path, galleryId);
    if (clip.state !== ClipState.CLIP_STATE_DONE) throw new Error(JSON.stringify(clip.error));
    return clip;
  }

  async appearances(clipId: string, galleryId = GALLERY): Promise<Appearance[]> {
    const view = AppearanceView.APPEARANCE_VIEW_FULL;
    return (await this.client.clips.listAppearances({ galleryId, clipId, view })).appearances;
  }

  private present(): { service: RunningService; client: ClipidClient } {
    if (this.running === undefined) throw new Error('the service was stopped');
    return this.running;
  }
}

/** Nothing from the environment, four frames a second, and a short wait at the end. */
export function testConfig(data: string, clips: string, settings: Settings = {}) {
  const quick = { graceSeconds: 2, logLevel: 'silent', visionWorkers: 2, framesPerSecond: 4 };
  return loadConfig({ data, allowedFolders: clips, ...quick, ...settings }, {});
}
