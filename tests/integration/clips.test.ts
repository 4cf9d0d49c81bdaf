import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ClipState, type Clip } from '../../services/gen/clipid/v1/clip.js';
import { Decision, type Appearance } from '../../services/gen/clipid/v1/common.js';
import { turnClockwise, type ClipFolder } from '../helpers/clips.js';
import { GALLERY, TestService } from '../helpers/service.js';
import { ADA_ALONE, film, LOUNGE, still } from '../helpers/service-people.js';

const galleryId = GALLERY;
let running: TestService;
let clips: ClipFolder;
let lounge: Buffer;
let ada: Buffer;
beforeAll(async () => {
  running = await TestService.start({ settings: { maxAttempts: 1 } });
  ({ clips } = running);
  lounge = await still(LOUNGE);
  ada = await still(ADA_ALONE);
  const sources = [{ source: { $case: 'image', image: ada } as const }];
  await running.client.identities.enrollIdentity({ galleryId, identityId: 'ada', sources });
});
afterAll(() => running.remove());

/** Whatever was thrown at it, the service lives on and knows whom it knew. */
afterEach(async () => {
  const probe = { $case: 'image', image: ada } as const;
  const { searchedFaces } = await running.client.search.searchFaces({ galleryId, probe });
  expect(searchedFaces[0]?.matches[0]).toMatchObject({ identityId: 'ada' });
});

const MPEG_TS = ['-c:v', 'libx264', '-preset', 'ultrafast', '-f', 'mpegts'];
const AT_THE_FRONT = ['-c:v', 'libx264', '-preset', 'ultrafast', '-movflags', '+faststart'];

async function seenIn(path: string): Promise<{ clip: Clip; seen: Appearance[] }> {
  const clip = await running.ingestDone(path);
  return { clip, seen: await running.appearances(clip.clipId) };
}

const whoIn = (seen: readonly Appearance[]): string[] =>
  seen.filter((one) => one.decision === Decision.DECISION_MATCHED).map((one) => one.identityId);

/** Where Ada is: the centre of her best box, in shares of the picture. */
function placeOfAda(seen: readonly Appearance[]): { x: number; y: number } {
  const box = seen.find((one) => one.identityId === 'ada')?.faces[0]?.box;
  if (box === undefined) throw new Error('ada was not seen');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

describe('clips that are odd and right', () => {
  it('no faces', async () => {
    const { clip, seen } = await seenIn(clips.video('empty-street.mp4', { size: '640x360' }));
    expect(clip).toMatchObject({ frameCount: 8, warnings: [] });
    expect(seen).toEqual([]);
  });

  it('one frame', async () => {
    const { clip, seen } = await seenIn(film(clips, 'frame.mp4', ada, { fps: 1 }));
    expect(clip.frameCount).toBe(1);
    expect(whoIn(seen)).toEqual(['ada']);
    expect(seen[0]?.faces).toMatchObject([{ weight: 1 }]);
    expect(seen[0]?.segment?.start).toEqual(seen[0]?.segment?.end);
  });

  it('a picture', async () => {
    const { clip, seen } = await seenIn(clips.write('photo.jpg', lounge));
    expect(clip.frameCount).toBe(1);
    expect(seen).toHaveLength(3);
    expect(whoIn(seen)).toEqual(['ada']);
  });

  it('a wrong extension', async () => {
    const path = film(clips, 'real.mp4', ada);
    const misnamed = join(clips.path, 'video.txt');
    renameSync(path, misnamed);
    expect(whoIn((await seenIn(misnamed)).seen)).toEqual(['ada']);
  });

  it('4K', async () => {
    const { clip, seen } = await seenIn(film(clips, '4k.mp4', lounge, { size: '3840:2160' }));
    expect(clip).toMatchObject({ widthPx: 3840, heightPx: 2160 });
    expect(whoIn(seen)).toEqual(['ada']);
    expect(placeOfAda(seen).x).toBeCloseTo(0.617, 1);
  });

  it('vertical, by a flag: faces are found upright, and boxes are where they are shown', async () => {
    // Filmed with the phone on its side: stored lying, shown standing.
    const tall = await still({ ...ADA_ALONE, width: 300, height: 500, x: 1430, y: 50 });
    const stored = film(clips, 'lying.mp4', tall, { size: '480:800', filters: 'transpose=2' });
    const turned = clips.write('turned.mp4', turnClockwise(readFileSync(stored)));
    const { clip, seen } = await seenIn(turned);
    expect(clip).toMatchObject({ widthPx: 480, heightPx: 800 });
    expect(whoIn(seen)).toEqual(['ada']);
    const upright = await seenIn(film(clips, 'upright.mp4', tall, { size: '480:800' }));
    const [place, wanted] = [placeOfAda(seen), placeOfAda(upright.seen)];
    expect(place.x).toBeCloseTo(wanted.x, 1);
    expect(place.y).toBeCloseTo(wanted.y, 1);
    expect(Math.abs(wanted.y - 0.5)).toBeGreaterThan(0.03); // else every turn would look alike
  });

  it('five minutes', async () => {
    const path = film(clips, 'long.mp4', ada, { seconds: 300, fps: 1, size: '320:-2' });
    const sampling = { framesPerSecond: 0.2 };
    const uri = `file://${path}`;
    const { clip } = await running.client.clips.submitClip({ galleryId, uri, sampling });
    const done = await running.waitFor(clip?.clipId ?? '');
    expect(done).toMatchObject({ state: ClipState.CLIP_STATE_DONE, frameCount: 60 });
    const seen = await running.appearances(done.clipId);
    // One person through the whole of it is one track, however far apart the frames are.
    expect(whoIn(seen)).toEqual(['ada']);
    expect(seen[0]).toMatchObject({ frameCount: 60, segment: { end: { seconds: 295 } } });
  });

  it('cut off in the middle: what is there is used, and what is not is said', async () => {
    const whole = film(clips, 'whole.ts', ada, { seconds: 4, encode: MPEG_TS });
    const { clip, seen } = await seenIn(clips.cut('half.ts', whole, 0.5));
    expect(clip.frameCount).toBeGreaterThan(0);
    expect(clip.frameCount).toBeLessThan(16);
    expect(whoIn(seen)).toEqual(['ada']);
  });

  it('cut off in the middle, with an index at the front that promises more', async () => {
    const moving = clips.video('moving.mp4', { seconds: 4, size: '640x360', encode: AT_THE_FRONT });
    const { clip } = await seenIn(clips.cut('half.mp4', moving, 0.5));
    expect(clip.frameCount).toBeLessThan(16);
    expect(clip.warnings.join()).toMatch(/early/);
  });

  it('a part of a clip', async () => {
    const path = film(clips, 'part.mp4', ada, { seconds: 4 });
    const sampling = { framesPerSecond: 4, startOffset: { seconds: 1 }, endOffset: { seconds: 2 } };
    const uri = `file://${path}`;
    const { clip } = await running.client.clips.submitClip({ galleryId, uri, sampling });
    const done = await running.waitFor(clip?.clipId ?? '');
    expect(done.frameCount).toBe(4);
    const [seen] = await running.appearances(done.clipId);
    expect(seen?.segment?.start?.seconds).toBe(1);
  });
});

describe('clips that are wrong: an error that says what', () => {
  async function failureOf(uri: string): Promise<string> {
    const { clip } = await running.client.clips.submitClip({ galleryId, uri });
    const failed = await running.waitFor(clip?.clipId ?? '');
    expect(failed.state).toBe(ClipState.CLIP_STATE_FAILED);
    expect(failed.error?.message).not.toBe('');
    expect(await running.appearances(failed.clipId)).toEqual([]);
    return failed.error?.code ?? '';
  }

  it('sound only', async () => {
    const path = clips.make('song.mp4', '-f', 'lavfi', '-i', 'sine=duration=1');
    expect(await failureOf(`file://${path}`)).toBe('CLIP_NO_VIDEO');
  });

  it('0 bytes', async () => {
    expect(await failureOf(`file://${clips.write('nothing.mp4', '')}`)).toBe('CLIP_EMPTY');
  });

  it('a text file', async () => {
    const path = clips.write('notes.mp4', 'Dear diary, '.repeat(1000));
    expect(await failureOf(`file://${path}`)).toBe('CLIP_UNREADABLE');
  });

  it('cut off in the middle, with its index at the end', async () => {
    const whole = film(clips, 'index-at-end.mp4', lounge, { seconds: 2 });
    const path = clips.cut('no-index.mp4', whole, 0.5);
    expect(await failureOf(`file://${path}`)).toBe('CLIP_UNREADABLE');
  });

  it('random bytes behind a right beginning', async () => {
    const whole = readFileSync(film(clips, 'good.mp4', ada));
    const noise = Buffer.from(whole).fill(0x5a, 64);
    expect(await failureOf(`file://${clips.write('noise.mp4', noise)}`)).toBe('CLIP_UNREADABLE');
  });

  it('a missing file', async () => {
    expect(await failureOf(`file://${clips.path}/missing.mp4`)).toBe('CLIP_UNREACHABLE');
  });

  it('invariant 7: a folder that is not allowed', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'clipid-outside-'));
    try {
      const secret = clips.write('secret.jpg', ada);
      renameSync(secret, join(outside, 'secret.jpg'));
      expect(await failureOf(`file://${outside}/secret.jpg`)).toBe('URI_FORBIDDEN');
      // Neither by a way around nor by a link, and a probe has no more rights than a clip.
      const around = `file://${clips.path}/%2e%2e/${outside.split('/').pop() ?? ''}/secret.jpg`;
      expect(await failureOf(around)).toBe('URI_FORBIDDEN');
      symlinkSync(join(outside, 'secret.jpg'), join(clips.path, 'link.jpg'));
      expect(await failureOf(`file://${clips.path}/link.jpg`)).toBe('URI_FORBIDDEN');
      const probe = { $case: 'uri', uri: `file://${clips.path}/link.jpg` } as const;
      await expect(running.client.search.searchFaces({ galleryId, probe })).rejects.toMatchObject({
        code: 'URI_FORBIDDEN',
      });
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it('invariant 7: hosts that are not allowed, and schemes that are not known', async () => {
    expect(await failureOf('http://127.0.0.1:9/clip.mp4')).toBe('URI_FORBIDDEN');
    expect(await failureOf('http://169.254.169.254/latest/meta-data')).toBe('URI_FORBIDDEN');
    expect(await failureOf('concat:/etc/passwd')).toBe('URI_FORBIDDEN');
  });

  it('a folder', async () => {
    mkdirSync(join(clips.path, 'folder.mp4'));
    expect(await failureOf(`file://${clips.path}/folder.mp4`)).toBe('URI_FORBIDDEN');
  });

  it('invariant 8: longer than a clip may be', async () => {
    const path = film(clips, 'too-long.mp4', ada, { seconds: 15_000, fps: 1 / 60, size: '64:-2' });
    expect(await failureOf(`file://${path}`)).toBe('LIMIT_EXCEEDED');
  });
});
