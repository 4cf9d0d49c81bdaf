import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClipState } from '../../../services/gen/clipid/v1/clip.js';
import type { SubmitClipRequest } from '../../../services/gen/clipid/v1/clip_service.js';
import { Appearance, Decision } from '../../../services/gen/clipid/v1/common.js';
import { EXIT, clipIn, fail, runFake } from './fakes.js';

const { CLIP_STATE_QUEUED, CLIP_STATE_DONE, CLIP_STATE_FAILED } = ClipState;
const gallery = { getGallery: () => ({ gallery: undefined, counts: undefined }) };
const appearance = Appearance.fromPartial({
  clipId: 'clip-1',
  trackIndex: 0,
  templateId: 't1',
  segment: { start: { seconds: 1, nanos: 250_000_000 }, end: { seconds: 2 } },
  frameCount: 7,
  qualityMin: 0.25,
  qualityMax: 0.5,
  qualityKind: 'network',
  decision: Decision.DECISION_MATCHED,
  identityId: 'anna',
  similarity: 0.75,
});
const listed = () => ({ appearances: [appearance], nextPageToken: '' });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clipid-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, content = name): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

/** A server that has done every clip by the first wait. */
function server(seen: SubmitClipRequest[] = []) {
  return {
    ...gallery,
    submitClip: (request: SubmitClipRequest) => {
      seen.push(request);
      const { clipId, uri } = request;
      return { clip: clipIn(CLIP_STATE_QUEUED, { clipId, uri }) };
    },
    waitClip: ({ clipId }: { clipId: string }) => {
      const uri = seen.find((request) => request.clipId === clipId)?.uri ?? '';
      const duration = { seconds: 5, nanos: 0 };
      return { clip: clipIn(CLIP_STATE_DONE, { clipId, uri, duration, bundleId: 'b' }) };
    },
    listAppearances: listed,
  };
}

describe('clipid ingest', () => {
  it('prints exactly one JSON document a clip, with the names that scripts rely on', async () => {
    const path = await file('a.mp4', 'abc');
    const { exitCode, results } = await runFake(['ingest', path, '--json'], server());
    expect(exitCode).toBe(EXIT.ok);
    expect(results).toHaveLength(1);
    expect(JSON.parse(results[0] ?? '')).toEqual({
      clipId: 'clip-ba7816bf8f01cfea414140de', // sha256 of 'abc'
      uri: pathToFileURL(path).href,
      source: path,
      bundleId: 'b',
      durationMs: 5000,
      warnings: [],
      tracks: [
        {
          trackIndex: 0,
          startMs: 1250,
          endMs: 2000,
          frameCount: 7,
          qualityMin: 0.25,
          qualityMax: 0.5,
          qualityKind: 'network',
          decision: 'MATCHED',
          identity: 'anna',
          similarity: 0.75,
          estimatedFpr: null,
          templateId: 't1',
        },
      ],
    });
  });

  it('says null for nobody and for no similarity', async () => {
    const unknown = { ...appearance, decision: Decision.DECISION_UNKNOWN, identityId: '' };
    delete unknown.similarity;
    const calls = {
      ...server(),
      listAppearances: () => ({ appearances: [unknown], nextPageToken: '' }),
    };
    const { results } = await runFake(['ingest', await file('a.mp4'), '--json'], calls);
    expect(JSON.parse(results[0] ?? '')).toMatchObject({
      tracks: [{ decision: 'UNKNOWN', identity: null, similarity: null }],
    });
  });

  it('goes on after a clip that failed and one that is not there, and ends with 1', async () => {
    const [good, bad] = [await file('a.mp4'), await file('b.mp4')];
    const missing = join(folder, 'c.mp4');
    const calls = server();
    const { waitClip } = calls;
    const error = { code: 'CLIP_NO_VIDEO', message: 'only sound' };
    const failing = {
      ...calls,
      waitClip: (request: { clipId: string }) => {
        const { clip } = waitClip(request);
        return clip.uri.endsWith('b.mp4')
          ? { clip: { ...clip, state: CLIP_STATE_FAILED, error } }
          : { clip };
      },
    };
    const args = ['ingest', good, bad, missing, '--json'];
    const { exitCode, results, notes } = await runFake(args, failing);
    expect(exitCode).toBe(EXIT.failed);
    const documents = results.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(documents.map(({ source }) => source)).toEqual([good, bad, missing]);
    expect(documents[0]).not.toHaveProperty('error');
    expect(documents[1]).toMatchObject({ error, tracks: [] });
    expect(documents[2]).toMatchObject({ error: { code: 'CLIP_UNREACHABLE' }, tracks: [] });
    expect(notes).toContain('2 of 3 clips failed.');
  });

  it('takes a file that was moved for the clip that it was', async () => {
    const known = clipIn(CLIP_STATE_DONE, { uri: 'file:///old/a.mp4' });
    const calls = {
      ...gallery,
      submitClip: () => fail('CONFLICT'),
      getClip: () => ({ clip: known }),
      listAppearances: listed,
    };
    const { exitCode, results } = await runFake(['ingest', await file('a.mp4'), '--json'], calls);
    expect(exitCode).toBe(EXIT.ok);
    expect(JSON.parse(results[0] ?? '')).toMatchObject({ clipId: 'clip-1', uri: known.uri });
  });

  it('begins a moved file anew when it had failed at its old place', async () => {
    const seen: SubmitClipRequest[] = [];
    const calls = server(seen);
    let deleted = false;
    const { exitCode } = await runFake(['ingest', await file('a.mp4')], {
      ...calls,
      submitClip: (request: SubmitClipRequest) =>
        deleted ? calls.submitClip(request) : fail('CONFLICT'),
      getClip: () => ({ clip: clipIn(CLIP_STATE_FAILED) }),
      deleteClip: () => {
        deleted = true;
        return {};
      },
    });
    expect(exitCode).toBe(EXIT.ok);
    expect(seen).toHaveLength(1);
  });

  it('ends at once when the server is gone', async () => {
    const calls = { ...gallery, submitClip: () => fail('UNAVAILABLE', 'gone') };
    const args = ['ingest', await file('a.mp4'), await file('b.mp4')];
    const { exitCode, results } = await runFake(args, calls);
    expect(exitCode).toBe(EXIT.unavailable);
    expect(results).toEqual([]);
  });

  it('creates the gallery and says so; passes on the rate', async () => {
    const seen: SubmitClipRequest[] = [];
    const created: unknown[] = [];
    const { notes } = await runFake(
      ['ingest', await file('a.mp4'), '--gallery', 'door', '--fps', '2.5'],
      {
        ...server(seen),
        getGallery: () => fail('GALLERY_NOT_FOUND'),
        createGallery: (request: unknown) => created.push(request),
      },
    );
    expect(created).toEqual([{ galleryId: 'door' }]);
    expect(notes).toContain("Created the gallery 'door'.");
    expect(seen[0]).toMatchObject({ galleryId: 'door', sampling: { framesPerSecond: 2.5 } });
  });

  it('leaves the id of a uri to the server', async () => {
    const seen: SubmitClipRequest[] = [];
    await runFake(['ingest', 'https://host/a.mp4', '--json'], server(seen));
    expect(seen[0]).toMatchObject({ clipId: '', uri: 'https://host/a.mp4' });
  });

  it('prints a table for people, in the order of a walk', async () => {
    await mkdir(join(folder, 'sub'));
    await file('b.mp4');
    await file('a.mp4');
    await file('.hidden');
    const { results } = await runFake(['ingest', folder], server());
    expect(results).toHaveLength(2);
    expect(results[0]).toContain('a.mp4');
    expect(results[0]).toMatch(
      /0 +1\.25 s +2\.00 s +7 +0\.25 \.\. 0\.50 \(network\) +MATCHED +anna +0\.750/,
    );
  });

  it('refuses an empty folder', async () => {
    expect((await runFake(['ingest', folder])).exitCode).toBe(EXIT.usage);
  });
});
