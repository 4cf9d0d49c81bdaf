import { describe, expect, it } from 'vitest';
import { ClipidError } from '../../../services/core/errors.js';
import type { EnrolSource } from '../../../services/identify/port.js';
import { galleryRow } from '../../contract/store-rows.js';
import {
  contentsOf,
  imageOf,
  person,
  picture,
  SecondStage,
  signal,
  trackOf,
  tracksOf,
} from './second-stage.js';

const [ANN, BOB, EVE] = [person(0), person(1), person(2)];
const uri = 'file:///videos/ann.mp4';

function withPictures(): SecondStage {
  const stage = new SecondStage();
  const { answers } = stage.extractor;
  const still = { frameCount: 1 };
  answers.set(1, { ...tracksOf('', ANN), ...still });
  answers.set(2, { ...tracksOf('', picture(ANN, 0.9, EVE)), ...still });
  answers.set(3, { ...tracksOf('', BOB), ...still });
  answers.set(4, { ...tracksOf(''), ...still });
  answers.set(5, { ...tracksOf('', ANN, BOB), ...still });
  answers.set(6, new ClipidError('CLIP_UNREADABLE', 'This is no picture.'));
  return stage;
}

const image = (byte: number): EnrolSource => ({
  kind: 'image',
  name: `picture ${byte}`,
  bytes: imageOf(byte),
});

function enrol(stage: SecondStage, identityId: string, ...sources: EnrolSource[]) {
  return stage.enroller.enrol({ galleryId: 'g', identityId, sources }, signal);
}

describe('Enroller', () => {
  it('makes the identity and stores a template for each picture', async () => {
    const stage = withPictures();
    const result = await stage.enroller.enrol(
      {
        galleryId: 'g',
        identityId: 'ann',
        displayName: 'Ann',
        metadata: { team: 'red' },
        sources: [image(1), image(2)],
      },
      signal,
    );
    expect(result.identity).toMatchObject({ displayName: 'Ann', metadata: { team: 'red' } });
    expect(result.items).toMatchObject([
      { name: 'picture 1', reasons: [], message: 'enrolled', quality: 1.5 },
      { name: 'picture 2', reasons: [], message: 'enrolled', quality: 1.5 },
    ]);
    const templates = stage.store.templatesOfIdentity('g', 'ann');
    expect(templates.map((row) => row.templateId)).toEqual(
      result.items.map((item) => item.templateId),
    );
    expect(templates.map((row) => row.source)).toEqual(['ENROLMENT', 'ENROLMENT']);
    expect(templates[0]?.vector).toEqual(ANN);
    // Enrolled pictures decide matches, but nobody was seen in them.
    expect((await stage.indexes.enrolled('g')).size()).toBe(2);
    expect((await stage.indexes.seen('g')).size()).toBe(0);
  });

  it('invariant 2: the same picture again is a DUPLICATE and changes nothing', async () => {
    const stage = withPictures();
    const first = await enrol(stage, 'ann', image(1));
    const before = contentsOf(stage);
    const again = await enrol(stage, 'ann', image(1), image(1));
    for (const item of again.items) {
      expect(item).toMatchObject({
        templateId: first.items[0]?.templateId,
        reasons: ['DUPLICATE'],
      });
    }
    expect(contentsOf(stage)).toEqual(before);
  });

  it('refuses a picture that is enrolled as somebody else', async () => {
    const stage = withPictures();
    await enrol(stage, 'ann', image(1));
    const before = stage.store.templates('g', -1, 100);
    const { items } = await enrol(stage, 'bob', image(1));
    expect(items).toMatchObject([
      { templateId: null, quality: null, reasons: ['MATCHES_ANOTHER_IDENTITY'] },
    ]);
    expect(items[0]?.message).toContain('ann');
    expect(stage.store.templates('g', -1, 100)).toEqual(before);
  });

  it('enrols a face that matches somebody else as told, and says that it is suspicious', async () => {
    const stage = withPictures();
    await enrol(stage, 'ann', image(1));
    const { items } = await enrol(stage, 'bob', image(2), image(3));
    expect(items[0]).toMatchObject({ reasons: ['MATCHES_ANOTHER_IDENTITY'] });
    expect(items[0]?.message).toMatch(/^enrolled, .*ann.*0\.900/);
    expect(items[1]).toMatchObject({ reasons: [], message: 'enrolled' });
    expect(stage.store.templatesOfIdentity('g', 'bob')).toHaveLength(2);
  });

  it('says of each source by itself what is wrong, and enrols the others', async () => {
    const stage = withPictures();
    const { items } = await enrol(stage, 'ann', image(4), image(5), image(6), image(1));
    expect(items.map((item) => [item.reasons[0], item.templateId === null])).toEqual([
      ['NO_FACE', true],
      ['SEVERAL_FACES', true],
      ['CLIP_UNREADABLE', true],
      [undefined, false],
    ]);
    expect(items.map((item) => item.message)).toEqual([
      'no face was found',
      '2 faces were found that are not surely one person; crop the picture to one person',
      'This is no picture.',
      'enrolled',
    ]);
  });

  it('enrols all tracks of a clip of one person', async () => {
    const stage = withPictures();
    const later = trackOf(picture(ANN, 0.9, EVE), { trackIndex: 1, startMs: 2000, endMs: 3000 });
    stage.extractor.answers.set(uri, { ...tracksOf(''), tracks: [trackOf(ANN), later] });
    const { items } = await enrol(stage, 'ann', { kind: 'uri', name: 'clip', uri });
    expect(items).toMatchObject([{ name: 'clip', reasons: [] }]);
    expect(stage.store.templatesOfIdentity('g', 'ann')).toHaveLength(2);
    expect((await enrol(stage, 'ann', { kind: 'uri', name: 'clip', uri })).items).toMatchObject([
      { reasons: ['DUPLICATE'] },
    ]);
  });

  it('says of a clip that it, and not a picture, shows several', async () => {
    const stage = withPictures();
    stage.extractor.answers.set(uri, tracksOf('', ANN, BOB));
    const { items } = await enrol(stage, 'ann', { kind: 'uri', name: 'clip', uri });
    expect(items[0]?.message).toContain('crop the clip to one person');
  });

  it('names a track that was seen, but none that is not there or is somebody else', async () => {
    const stage = withPictures();
    const [seen] = await stage.see('c', [ANN]);
    const known = { kind: 'template', name: 'seen', templateId: seen?.templateId ?? '' } as const;
    const unknown = { kind: 'template', name: 'nobody', templateId: 'f'.repeat(32) } as const;
    const { items } = await enrol(stage, 'ann', known, unknown);
    expect(items.map((item) => item.reasons)).toEqual([[], ['NO_FACE']]);
    expect(items[1]?.message).toContain('f'.repeat(32));
    expect(stage.extractor.asked).toEqual([]);
    expect((await enrol(stage, 'bob', known)).items).toMatchObject([
      { templateId: null, reasons: ['MATCHES_ANOTHER_IDENTITY'] },
    ]);
  });

  it('is an error of the call when the product fails, not when a picture does', async () => {
    const stage = withPictures();
    stage.extractor.answers.set(7, new ClipidError('MODEL_FAILED', 'No worker.'));
    await expect(enrol(stage, 'ann', image(7))).rejects.toMatchObject({ code: 'MODEL_FAILED' });
    const gone = { galleryId: 'gone', identityId: 'ann', sources: [] };
    await expect(stage.enroller.enrol(gone, signal)).rejects.toMatchObject({
      code: 'GALLERY_NOT_FOUND',
    });
  });

  it('invariant 4: enrols nothing into a gallery of another bundle', async () => {
    const stage = withPictures();
    stage.store.insertGallery(galleryRow({ galleryId: 'old', bundleId: 'b0' }));
    const request = { galleryId: 'old', identityId: 'ann', sources: [image(1)] };
    await expect(stage.enroller.enrol(request, signal)).rejects.toMatchObject({
      code: 'BUNDLE_MISMATCH',
    });
    expect(stage.store.countTemplates('old').total).toBe(0);
    expect(stage.store.countIdentities('old')).toBe(0);
  });
});
