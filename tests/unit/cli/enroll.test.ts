import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaceReason } from '../../../services/gen/clipid/v1/common.js';
import type { EnrollIdentityRequest } from '../../../services/gen/clipid/v1/identity_service.js';
import { EXIT, fail, runFake } from './fakes.js';

const gallery = { getGallery: () => ({ gallery: undefined, counts: undefined }) };
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0]);
const good = {
  name: '0',
  templateId: 't1',
  quality: 0.5,
  qualityKind: 'network',
  reasons: [],
  message: 'enrolled',
};
const answer = (result: object) => () => ({
  results: [result],
  renamedAppearances: 2,
  bundleId: 'b',
});

let folder: string;
let image: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clipid-cli-'));
  image = join(folder, 'anna.jpg');
  await writeFile(image, JPEG);
});
afterEach(() => rm(folder, { recursive: true }));

describe('clipid enroll', () => {
  it('prints one JSON document a source', async () => {
    const calls = { ...gallery, enrollIdentity: answer(good) };
    const { exitCode, results } = await runFake(['enroll', 'anna', image, '--json'], calls);
    expect(exitCode).toBe(EXIT.ok);
    expect(results.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        identity: 'anna',
        source: image,
        bundleId: 'b',
        templateId: 't1',
        quality: 0.5,
        qualityKind: 'network',
        reasons: [],
        message: 'enrolled',
        renamedAppearances: 2,
      },
    ]);
  });

  it('sends images as bytes and clips by their uri', async () => {
    const clip = join(folder, 'anna.mp4');
    await writeFile(clip, 'no image');
    const seen: EnrollIdentityRequest[] = [];
    const enrollIdentity = (request: EnrollIdentityRequest) => {
      seen.push(request);
      return answer(good)();
    };
    await runFake(['enroll', 'anna', image, clip, '--name', 'Anna K.'], {
      ...gallery,
      enrollIdentity,
    });
    expect(seen.map(({ sources }) => sources[0]?.source)).toEqual([
      { $case: 'image', image: JPEG },
      { $case: 'uri', uri: pathToFileURL(clip).href },
    ]);
    expect(seen[0]).toMatchObject({ identityId: 'anna', displayName: 'Anna K.' });
  });

  it('ends with 1 when a source gave nothing, after the others were done', async () => {
    const none = {
      ...good,
      templateId: '',
      quality: undefined,
      reasons: [FaceReason.FACE_REASON_NO_FACE],
      message: 'no face was found',
    };
    const missing = join(folder, 'missing.jpg');
    const calls = { ...gallery, enrollIdentity: answer(none) };
    const args = ['enroll', 'anna', missing, image, '--json'];
    const { exitCode, results } = await runFake(args, calls);
    expect(exitCode).toBe(EXIT.failed);
    const documents = results.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(documents[0]).toMatchObject({ templateId: null, reasons: ['CLIP_UNREACHABLE'] });
    expect(documents[1]).toMatchObject({
      templateId: null,
      quality: null,
      reasons: ['NO_FACE'],
      message: 'no face was found',
    });
  });

  it('refuses an image over the limit before it is read', async () => {
    await truncate(image, 16_000_001);
    const { exitCode, results } = await runFake(['enroll', 'anna', image], gallery);
    expect(exitCode).toBe(EXIT.failed);
    expect(results[0]).toContain('16000000');
  });

  it('ends at once for trouble that is not the source’s', async () => {
    const calls = { ...gallery, enrollIdentity: () => fail('BUNDLE_MISMATCH') };
    const { exitCode, results } = await runFake(['enroll', 'anna', image, image], calls);
    expect(exitCode).toBe(EXIT.failed);
    expect(results).toEqual([]);
  });
});
