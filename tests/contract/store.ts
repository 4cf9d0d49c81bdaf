import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appearanceKey } from '../../services/gallery/page-key.js';
import type { SourceMessage } from '../../services/core/source-message.js';
import type { GalleryStore, OutboxRow } from '../../services/gallery/port.js';
import {
  appearanceRow,
  clipRow,
  clipTracks,
  galleryCalibration,
  galleryRow,
  identityRow,
  templateRow,
  unitVector,
} from './store-rows.js';

/** What any GalleryStore does. `open` returns an empty store. */
export function storeContract(name: string, open: () => GalleryStore): void {
  describe(`GalleryStore contract: ${name}`, () => {
    let store: GalleryStore;
    beforeEach(() => {
      store = open();
      store.insertGallery(galleryRow());
    });
    afterEach(() => store.close());

    describe('transactions', () => {
      it('leave nothing behind when the work throws', () => {
        const work = () => {
          store.insertIdentity(identityRow());
          throw new Error('stop');
        };
        expect(() => store.transaction(work)).toThrow('stop');
        expect(store.identity('g', 'ann')).toBeUndefined();
      });

      it('nest: an inner one that throws takes back only its own', () => {
        store.transaction(() => {
          store.insertIdentity(identityRow());
          const inner = () => {
            store.insertIdentity(identityRow({ identityId: 'bob' }));
            throw new Error('inner');
          };
          expect(() => store.transaction(inner)).toThrow('inner');
        });
        expect(store.identities('g', { limit: 9 }).map((row) => row.identityId)).toEqual(['ann']);
      });
    });

    describe('galleries', () => {
      it('come back as written, in pages by id', () => {
        store.insertGallery(galleryRow({ galleryId: 'a' }));
        store.insertGallery(galleryRow({ galleryId: 'z' }));
        expect(store.gallery('g')).toEqual(galleryRow());
        const ids = (after?: string) =>
          store
            .galleries(after === undefined ? { limit: 2 } : { limit: 2, after })
            .map((r) => r.galleryId);
        expect(ids()).toEqual(['a', 'g']);
        expect(ids('g')).toEqual(['z']);
      });

      it('change their name and targets, and nothing that they are bound to', () => {
        const changed = { displayName: 'Other', targetFpr: 1e-3, uncertainFpr: null };
        store.updateGallery(galleryRow({ ...changed, bundleId: 'b2', dimension: 4, createdMs: 9 }));
        expect(store.gallery('g')).toEqual(galleryRow(changed));
        store.updateGallery(galleryRow());
        expect(store.gallery('g')).toEqual(galleryRow());
        expect(() => store.updateGallery(galleryRow({ galleryId: 'none' }))).toThrow(
          expect.objectContaining({ code: 'GALLERY_NOT_FOUND' }),
        );
      });

      it('exist once', () => {
        expect(() => store.insertGallery(galleryRow())).toThrow(
          expect.objectContaining({ code: 'ALREADY_EXISTS' }),
        );
      });

      it('go with everything in them, and only that', () => {
        store.insertGallery(galleryRow({ galleryId: 'other' }));
        store.insertIdentity(identityRow());
        store.insertIdentity(identityRow({ galleryId: 'other' }));
        store.insertClip(clipRow());
        store.putTemplates([templateRow({ identityId: 'ann' })]);
        store.putAppearances([appearanceRow({ decision: 'MATCHED', identityId: 'ann' })]);
        store.putExtraction(clipTracks());
        store.putCalibration({ galleryId: 'g', content: galleryCalibration() });
        store.putCalibration({ galleryId: 'other', content: galleryCalibration() });
        expect(store.deleteGallery('g')).toBe(true);
        expect(store.deleteGallery('g')).toBe(false);
        expect(store.identity('g', 'ann')).toBeUndefined();
        expect(store.countTemplates('g')).toEqual({ enrolled: 0, total: 0 });
        expect(store.clip('g', 'c')).toBeUndefined();
        expect(store.nextExtraction()).toBeUndefined();
        expect(store.calibration('g')).toBeUndefined();
        expect(store.calibration('other')).toBeDefined();
        expect(store.identity('other', 'ann')).toBeDefined();
      });

      it('refuse a page of no rows or of a negative number of rows', () => {
        for (const limit of [0, -1, 1.5]) {
          expect(() => store.galleries({ limit })).toThrow(
            expect.objectContaining({ code: 'FIELD_INVALID' }),
          );
        }
      });
    });

    describe('calibrations', () => {
      it('come back as written, one a gallery, until they are deleted', () => {
        expect(store.calibration('g')).toBeUndefined();
        store.putCalibration({ galleryId: 'g', content: galleryCalibration() });
        expect(store.calibration('g')).toEqual(galleryCalibration());
        const other = galleryCalibration({ isInUse: false, enrolledTemplates: 7, notes: ['few'] });
        store.putCalibration({ galleryId: 'g', content: other });
        expect(store.calibration('g')).toEqual(other);
        store.deleteCalibration('g');
        expect(store.calibration('g')).toBeUndefined();
        store.deleteCalibration('g');
      });

      it('are refused for a gallery that is not there', () => {
        const put = () =>
          store.putCalibration({ galleryId: 'none', content: galleryCalibration() });
        expect(put).toThrow(expect.objectContaining({ code: 'GALLERY_NOT_FOUND' }));
      });
    });

    describe('identities', () => {
      it('come back as written and changed', () => {
        store.insertIdentity(identityRow());
        const changed = identityRow({
          displayName: 'Anna',
          metadata: {},
          updatedMs: 2.5,
          revision: 2,
        });
        store.updateIdentity(changed);
        expect(store.identity('g', 'ann')).toEqual(changed);
        expect(store.countIdentities('g')).toBe(1);
        expect(store.countIdentities('other')).toBe(0);
      });

      it('say what is missing or there already', () => {
        const bob = identityRow({ identityId: 'bob' });
        store.insertIdentity(bob);
        expect(() => store.insertIdentity(bob)).toThrow(
          expect.objectContaining({ code: 'ALREADY_EXISTS' }),
        );
        expect(() => store.updateIdentity(identityRow())).toThrow(
          expect.objectContaining({ code: 'IDENTITY_NOT_FOUND' }),
        );
        expect(() => store.insertIdentity(identityRow({ galleryId: 'none' }))).toThrow(
          expect.objectContaining({ code: 'GALLERY_NOT_FOUND' }),
        );
      });

      it('leave: images go, tracks stay as appearances of nobody, tracks without a clip go', () => {
        store.insertIdentity(identityRow());
        store.insertClip(clipRow());
        const ofAnn = (templateId: string, change = {}) =>
          templateRow({ templateId, identityId: 'ann', ...change });
        store.putTemplates([
          ofAnn('track'),
          ofAnn('image', { source: 'ENROLMENT', clipId: '' }),
          ofAnn('orphan', { clipId: 'deleted' }),
          templateRow({ templateId: 'other' }),
        ]);
        store.putAppearances([
          appearanceRow({
            decision: 'MATCHED',
            identityId: 'ann',
            similarity: 0.7,
            estimatedFpr: { value: 0.1, low: 0.05, high: 0.2, isFitted: false },
          }),
        ]);
        const { put, removed } = store.deleteIdentity('g', 'ann');
        expect(put.map((row) => [row.templateId, row.identityId])).toEqual([['track', null]]);
        expect(removed.map((row) => row.templateId)).toEqual(['image', 'orphan']);
        expect(store.identity('g', 'ann')).toBeUndefined();
        expect(store.countTemplates('g')).toEqual({ enrolled: 0, total: 2 });
        expect(store.appearancesOfClip('g', 'c')).toEqual([appearanceRow()]);
        expect(store.deleteIdentity('g', 'ann')).toEqual({ put: [], removed: [] });
      });
    });

    describe('templates', () => {
      it('get labels that are never used again', () => {
        const labels = (ids: string[]) =>
          store
            .putTemplates(ids.map((templateId) => templateRow({ templateId })))
            .map((r) => r.label);
        store.insertClip(clipRow());
        expect(labels(['a', 'b'])).toEqual([0, 1]);
        store.deleteClip('g', 'c');
        expect(labels(['c', 'a'])).toEqual([2, 3]);
      });

      it('come back bit for bit, by id, label, identity and page', () => {
        store.insertIdentity(identityRow());
        const rows = [0, 1, 2].map((n) =>
          templateRow({
            templateId: `t${n}`,
            vector: unitVector(n),
            identityId: n === 1 ? 'ann' : null,
          }),
        );
        const stored = store.putTemplates(rows);
        expect(stored).toEqual(rows.map((row, label) => ({ ...row, label })));
        expect(store.template('g', 't2')).toEqual(stored[2]);
        expect(store.templatesByLabel('g', [2, 77, 0])).toEqual([stored[0], stored[2]]);
        expect(store.templatesOfIdentity('g', 'ann')).toEqual([stored[1]]);
        expect(store.templates('g', -1, 2)).toEqual(stored.slice(0, 2));
        expect(store.templates('g', 1, 2)).toEqual(stored.slice(2));
        expect(store.countTemplates('g')).toEqual({ enrolled: 1, total: 3 });
        expect([store.lastLabel('g'), store.lastLabel('none')]).toEqual([2, -1]);
      });

      it('stay as they are when put again, but for an identity they had not', () => {
        store.insertIdentity(identityRow());
        store.insertIdentity(identityRow({ identityId: 'bob' }));
        const [first] = store.putTemplates([templateRow()]);
        expect(store.putTemplates([templateRow({ vector: unitVector(9), quality: 9 })])).toEqual([
          first,
        ]);
        const named = store.putTemplates([templateRow({ identityId: 'ann' })]);
        expect(named).toEqual([{ ...first, identityId: 'ann' }]);
        expect(store.putTemplates([templateRow({ identityId: 'bob' })])).toEqual(named);
        expect(store.putTemplates([templateRow()])).toEqual(named);
        expect(store.template('g', 't0')).toEqual(named[0]);
      });

      it('change their identity only to one that is there', () => {
        store.insertIdentity(identityRow());
        store.putTemplates([templateRow()]);
        store.setTemplateIdentity('g', 't0', 'ann');
        expect(store.template('g', 't0')?.identityId).toBe('ann');
        store.setTemplateIdentity('g', 't0', null);
        expect(store.template('g', 't0')?.identityId).toBeNull();
        expect(() => store.setTemplateIdentity('g', 't0', 'nobody')).toThrow(
          expect.objectContaining({ code: 'IDENTITY_NOT_FOUND' }),
        );
        expect(() => store.setTemplateIdentity('g', 'none', 'ann')).toThrow(
          expect.objectContaining({ code: 'TEMPLATE_NOT_FOUND' }),
        );
      });

      it.each([
        ['another dimension', unitVector(0, 16)],
        ['a length that is not 1', unitVector(0).map((value) => value * 1.01)],
        ['NaN', new Float32Array(8).fill(NaN)],
        ['zero', new Float32Array(8)],
      ])('are refused with %s, the whole call', (_name, vector) => {
        const put = () =>
          store.putTemplates([templateRow(), templateRow({ templateId: 't1', vector })]);
        expect(put).toThrow(expect.objectContaining({ code: 'FIELD_INVALID', field: 'embedding' }));
        expect(store.countTemplates('g').total).toBe(0);
      });

      it('are refused for a gallery or identity that is not there', () => {
        expect(() => store.putTemplates([templateRow({ galleryId: 'none' })])).toThrow(
          expect.objectContaining({ code: 'GALLERY_NOT_FOUND' }),
        );
        expect(() => store.putTemplates([templateRow({ identityId: 'nobody' })])).toThrow(
          expect.objectContaining({ code: 'IDENTITY_NOT_FOUND' }),
        );
      });
    });

    describe('clips', () => {
      it('come back as written and changed', () => {
        store.insertClip(clipRow());
        const done = clipRow({
          state: 'DONE',
          bundleId: 'b1',
          durationMs: 4266.7,
          widthPx: 640,
          heightPx: 360,
          frameCount: 34,
          warnings: [],
        });
        store.updateClip(done);
        expect(store.clip('g', 'c')).toEqual(done);
        expect(store.clips('g', { limit: 1 })).toEqual([done]);
        expect(store.clips('g', { limit: 1, after: 'c' })).toEqual([]);
      });

      it('say what is missing or there already', () => {
        expect(() => store.updateClip(clipRow())).toThrow(
          expect.objectContaining({ code: 'CLIP_NOT_FOUND' }),
        );
        store.insertClip(clipRow());
        expect(() => store.insertClip(clipRow())).toThrow(
          expect.objectContaining({ code: 'ALREADY_EXISTS' }),
        );
        expect(() => store.insertClip(clipRow({ galleryId: 'none' }))).toThrow(
          expect.objectContaining({ code: 'GALLERY_NOT_FOUND' }),
        );
      });

      it('are claimed oldest first, once, and only when due', () => {
        store.insertClip(clipRow({ clipId: 'a', submittedMs: 3 }));
        store.insertClip(clipRow({ clipId: 'b', submittedMs: 2 }));
        store.insertClip(clipRow({ clipId: 'later', submittedMs: 1, notBeforeMs: 100.5 }));
        store.insertClip(clipRow({ clipId: 'done', submittedMs: 0, state: 'DONE' }));
        expect(store.claimClip(50, 'PRIORITY')).toEqual(
          clipRow({
            clipId: 'b',
            submittedMs: 2,
            state: 'EXTRACTING',
            attempts: 1,
            begunMs: 50,
            updatedMs: 50,
          }),
        );
        expect(store.claimClip(50, 'PRIORITY')?.clipId).toBe('a');
        expect(store.claimClip(50, 'PRIORITY')).toBeUndefined();
        expect(store.claimClip(101, 'PRIORITY')?.clipId).toBe('later');
        expect(store.countClips('EXTRACTING')).toBe(3);
        expect(store.requeueInterrupted(200)).toBe(3);
        expect(store.claimClip(300, 'PRIORITY')).toMatchObject({ clipId: 'later', attempts: 2 });
      });

      it('of high priority are claimed first, unless the oldest is asked for', () => {
        store.insertClip(clipRow({ clipId: 'a', submittedMs: 1 }));
        store.insertClip(clipRow({ clipId: 'b', submittedMs: 3, priority: 'HIGH' }));
        store.insertClip(clipRow({ clipId: 'c', submittedMs: 2 }));
        store.insertClip(clipRow({ clipId: 'd', submittedMs: 4, priority: 'HIGH' }));
        expect(store.oldestQueuedMs()).toBe(1);
        expect(store.claimClip(9, 'PRIORITY')?.clipId).toBe('b');
        expect(store.claimClip(9, 'AGE')?.clipId).toBe('a');
        expect(store.claimClip(9, 'PRIORITY')?.clipId).toBe('d');
      });

      it('go with their appearances, extraction and unnamed templates', () => {
        store.insertIdentity(identityRow());
        store.insertClip(clipRow());
        store.putTemplates([
          templateRow(),
          templateRow({ templateId: 'named', trackIndex: 1, identityId: 'ann' }),
        ]);
        store.putAppearances([appearanceRow()]);
        store.putExtraction(clipTracks());
        expect(store.deleteClip('g', 'c').map((row) => row.templateId)).toEqual(['t0']);
        expect(store.clip('g', 'c')).toBeUndefined();
        expect(store.appearancesOfClip('g', 'c')).toEqual([]);
        expect(store.nextExtraction()).toBeUndefined();
        expect(store.template('g', 'named')).toBeDefined();
        expect(store.deleteClip('g', 'c')).toEqual([]);
      });
    });

    describe('extractions', () => {
      it('wait in order and come back bit for bit', () => {
        store.insertClip(clipRow());
        store.insertClip(clipRow({ clipId: 'empty' }));
        store.putExtraction(clipTracks());
        store.putExtraction(clipTracks({ clipId: 'empty', tracks: [] }));
        store.putExtraction(clipTracks());
        expect(store.nextExtraction()).toEqual(clipTracks());
        store.deleteExtraction('g', 'c');
        expect(store.nextExtraction()).toEqual(clipTracks({ clipId: 'empty', tracks: [] }));
        store.deleteExtraction('g', 'empty');
        expect(store.nextExtraction()).toBeUndefined();
      });

      it('are refused for a clip that was deleted meanwhile', () => {
        expect(() => store.putExtraction(clipTracks())).toThrow(
          expect.objectContaining({ code: 'CLIP_NOT_FOUND' }),
        );
      });
    });

    describe('appearances', () => {
      it('are found by clip, template and identity, in pages', () => {
        store.insertIdentity(identityRow());
        const ofAnn = { decision: 'MATCHED', identityId: 'ann', similarity: 0.5 } as const;
        const rows = ['c', 'd'].flatMap((clipId) =>
          [0, 10, 2].map((trackIndex) =>
            appearanceRow({ clipId, trackIndex, templateId: `${clipId}${trackIndex}`, ...ofAnn }),
          ),
        );
        store.insertClip(clipRow());
        store.insertClip(clipRow({ clipId: 'd' }));
        store.putAppearances(rows);
        const ordered = [rows[0], rows[2], rows[1], rows[3], rows[5], rows[4]];
        expect(store.appearancesOfClip('g', 'c')).toEqual(ordered.slice(0, 3));
        expect(store.appearanceOfTemplate('g', 'd10')).toEqual(rows[4]);
        const first = store.appearancesOfIdentity('g', 'ann', { limit: 4 });
        expect(first).toEqual(ordered.slice(0, 4));
        const after = appearanceKey({ clipId: 'd', trackIndex: 0 });
        expect(store.appearancesOfIdentity('g', 'ann', { limit: 4, after })).toEqual(
          ordered.slice(4),
        );
        expect(() =>
          store.appearancesOfIdentity('g', 'ann', { limit: 4, after: 'nonsense' }),
        ).toThrow(expect.objectContaining({ code: 'FIELD_INVALID' }));
      });

      it('keep a later decision when they are put again', () => {
        store.insertIdentity(identityRow());
        store.insertClip(clipRow());
        store.putAppearances([appearanceRow()]);
        const estimatedFpr = { value: 0.01, low: 0, high: 0.02, isFitted: true };
        const decision = {
          decision: 'MATCHED',
          identityId: 'ann',
          similarity: 0.8,
          estimatedFpr,
        } as const;
        store.setDecision({ galleryId: 'g', clipId: 'c', trackIndex: 0, ...decision });
        store.putAppearances([appearanceRow()]);
        expect(store.appearancesOfClip('g', 'c')).toEqual([appearanceRow(decision)]);
      });
    });

    describe('messages', () => {
      const message = (): SourceMessage => ({
        topic: 'clips',
        partition: 3,
        offset: 2 ** 52,
        timestampMs: 1.5,
        key: null,
        value: Buffer.of(0, 1, 255),
        headers: [['a', Buffer.of(255)]],
      });

      it('come back byte for byte, and go with the clip', () => {
        expect(() => store.putMessage('g', 'c', message())).toThrow(
          expect.objectContaining({ code: 'CLIP_NOT_FOUND' }),
        );
        store.insertClip(clipRow());
        store.putMessage('g', 'c', message());
        store.putMessage('g', 'c', { ...message(), partition: 4 });
        expect(store.message('g', 'c')).toEqual({ ...message(), partition: 4 });
        store.deleteClip('g', 'c');
        expect(store.message('g', 'c')).toBeUndefined();
      });
    });

    describe('sources', () => {
      it('are read on from where the last transaction that was committed came to', () => {
        expect(store.sourceOffset('t', 0)).toBeUndefined();
        store.setSourceOffset('t', 0, 5);
        const torn = () => {
          store.setSourceOffset('t', 0, 9);
          throw new Error('stop');
        };
        expect(() => store.transaction(torn)).toThrow('stop');
        expect(store.sourceOffset('t', 0)).toBe(5);
        expect(store.sourceOffset('t', 1)).toBeUndefined();
      });

      it('keep parts until all are there', () => {
        store.putPart('s', 1, Buffer.of(2));
        store.putPart('s', 0, Buffer.of(1));
        store.putPart('s', 0, Buffer.of(9));
        expect(store.parts('s')).toEqual([Buffer.of(1), Buffer.of(2)]);
        store.deleteParts('s');
        expect(store.parts('s')).toEqual([]);
      });
    });

    describe('outbox', () => {
      it('keeps the order, and each event once', () => {
        const event = (eventId: string): OutboxRow => ({
          eventId,
          topic: 'STATUS',
          key: Buffer.from('k'),
          payload: Buffer.of(1, 2, 255),
          headers: [
            ['h', Buffer.of(0, 255)],
            ['h', Buffer.of()],
          ],
          createdMs: 5,
        });
        store.appendOutbox([event('b'), event('a'), event('b')]);
        expect(store.outbox(10).map((row) => row.eventId)).toEqual(['b', 'a']);
        expect(store.outbox(1)).toEqual([event('b')]);
        expect(store.countOutbox()).toBe(2);
        store.deleteOutbox(['b', 'unknown']);
        expect(store.outbox(10).map((row) => row.eventId)).toEqual(['a']);
      });
    });
  });
}
