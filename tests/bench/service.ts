import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startService } from '../../services/compose.js';
import { loadConfig, type Settings } from '../../services/config.js';
import { connect } from '../../services/search/client.js';
import { loopDelayDuring, timed, type LoopDelay } from './measure.js';

export interface Ingest extends LoopDelay {
  readonly wallMs: number;
}

const GALLERY = 'default';

/**
 * One clip through the whole service, from the call that submits it to the one that learns it is done:
 * queue, both stages, commits to disk. The delay is that of the service's main thread.
 */
export function ingestOnce(clip: string): Promise<Ingest> {
  return withService({}, async (address) => {
    let wallMs = 0;
    const delay = await loopDelayDuring(async () => {
      wallMs = await timed(() => submitAndWait(address, clip));
    });
    return { ...delay, wallMs };
  });
}

/** The service in this process, on a data folder that goes with it; `work` is given its address. */
export async function withService<T>(
  settings: Settings,
  work: (address: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'clipid-bench-'));
  const service = await startService({
    config: loadConfig({ data: join(folder, 'data'), logLevel: 'error', ...settings }),
    grpcAddress: `unix:${join(folder, 'socket')}`,
    httpAddress: null,
    watch: null,
    allowAnyFile: true,
  });
  try {
    return await work(service.grpcAddress);
  } finally {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function submitAndWait(address: string, clip: string): Promise<void> {
  const client = connect(address, { deadlineMs: 600_000 });
  try {
    const uri = pathToFileURL(clip).href;
    const { clip: row } = await client.clips.submitClip({ galleryId: GALLERY, uri });
    const clipId = row?.clipId ?? '';
    await client.clips.waitClip({ galleryId: GALLERY, clipId, timeout: { seconds: 590 } });
  } finally {
    client.close();
  }
}
