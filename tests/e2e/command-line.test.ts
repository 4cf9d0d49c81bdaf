import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PEOPLE, SCENES } from '../../services/cli/demo/cast.js';
import { makeClips } from '../../services/cli/demo/make-clips.js';
import { makeStill } from '../../services/cli/demo/photos.js';
import { documentsIn, runClipid, startClipid, startServer, waitForNote } from './run-clipid.js';

let folder: string;
let data: string;
let still: string;
let clip: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clipid-cli-e2e-'));
  data = join(folder, 'data');
  still = join(folder, 'ada.jpg');
  const ada = PEOPLE.find(({ identityId }) => identityId === 'ada');
  const lounge = SCENES.filter(({ name }) => name === 'lounge');
  if (ada === undefined) throw new Error('ada is in the cast');
  await writeFile(still, await makeStill(ada.still));
  const signal = new AbortController().signal;
  const [made] = await makeClips(join(folder, 'clips'), {}, signal, () => undefined, lounge);
  clip = made?.path ?? '';
});
afterAll(() => rm(folder, { recursive: true }));

describe('the command line with a data folder', () => {
  it('enrols, ingests and finds', async () => {
    const common = ['--data', data, '--gallery', 'people', '--json'];
    const enrolled = await runClipid('enroll', 'ada', still, ...common);
    expect(enrolled.stderr).toContain("Created the gallery 'people'.");
    expect(enrolled.exitCode).toBe(0);
    expect(documentsIn(enrolled.stdout)).toMatchObject([{ identity: 'ada', reasons: [] }]);

    const ingested = await runClipid('ingest', clip, ...common);
    expect(ingested.exitCode).toBe(0);
    const [document] = documentsIn(ingested.stdout);
    const clipId = expect.stringMatching(/^clip-[0-9a-f]{24}$/) as string;
    expect(document).toMatchObject({ clipId, durationMs: 5000 });
    const tracks = document?.['tracks'] as Record<string, unknown>[];
    expect(tracks.map(({ identity }) => identity)).toContain('ada');
    expect(tracks.map(({ identity }) => identity)).toContain(null);

    const found = await runClipid('search', still, ...common);
    expect(found.exitCode).toBe(0);
    const [face, ...others] = documentsIn(found.stdout);
    expect(others).toEqual([]);
    expect(face).toMatchObject({
      probe: { trackIndex: 0 },
      matches: [{ identity: 'ada', decision: 'MATCHED' }],
    });
    const [best] = face?.['appearances'] as Record<string, unknown>[];
    const clipSeen = document?.['clipId'];
    expect(best).toMatchObject({ clipId: clipSeen, identity: 'ada', decision: 'MATCHED' });

    // The same clip again is the same clip: nothing is added.
    const again = await runClipid('ingest', clip, ...common);
    expect(again.stdout).toBe(ingested.stdout);
  });

  it('stops in order when it is interrupted in the middle of a clip', async () => {
    const args = ['ingest', clip, '--data', data, '--gallery', 'interrupted', '--fps', '25'];
    const child = startClipid(args);
    await waitForNote(child, "Created the gallery 'interrupted'.");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    // What was accepted is not lost: the next command that opens the folder finishes it.
    const again = await runClipid(...args, '--json');
    expect(again.exitCode).toBe(0);
  });

  it('says what is wrong with what is no clip, and ends with 1', async () => {
    const text = join(folder, 'notes.txt');
    await writeFile(text, 'not a video');
    const { exitCode, stdout } = await runClipid('ingest', text, '--data', data, '--json');
    expect(exitCode).toBe(1);
    expect(documentsIn(stdout)).toMatchObject([{ error: { code: 'CLIP_UNREADABLE' }, tracks: [] }]);
  });

  it('ends with 3 for a gallery that is not there', async () => {
    const args = ['search', still, '--gallery', 'nowhere', '--data', data];
    const { exitCode, stderr } = await runClipid(...args);
    expect(exitCode).toBe(3);
    // A machine without ffmpeg adds a notice for each program that comes from a package instead.
    const lines = stderr
      .trim()
      .split('\n')
      .filter((line) => !line.includes('of the npm package'));
    expect(lines.length).toBeLessThanOrEqual(2);
  });
});

describe('the command line beside a server', () => {
  it('is told who holds the data folder, and works through the server', async () => {
    const addresses = ['--grpc', '127.0.0.1:0', '--http', '127.0.0.1:0'];
    const server = await startServer(['--data', data, ...addresses]);
    const locked = await runClipid('gallery', 'list', '--data', data);
    expect(locked.exitCode).toBe(4);
    expect(locked.stderr).toContain('--server');

    const args = ['gallery', 'list', '--server', server.grpcAddress, '--json'];
    const listed = await runClipid(...args);
    expect(listed.exitCode).toBe(0);
    expect(documentsIn(listed.stdout)).toContainEqual(
      expect.objectContaining({ gallery: 'people' }),
    );

    expect(await server.stop()).toBe(0);
    const gone = await runClipid(...args);
    expect(gone.exitCode).toBe(4);
    expect(gone.stderr).toContain(server.grpcAddress);
  });
});
