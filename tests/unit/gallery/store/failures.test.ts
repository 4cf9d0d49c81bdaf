import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../../services/gallery/store/open-store.js';
import { translate } from '../../../../services/gallery/store/sqlite-errors.js';
import {
  appearanceRow,
  clipRow,
  galleryCalibration,
  galleryRow,
  templateRow,
  unitVector,
} from '../../../contract/store-rows.js';
import { freshFolder } from './folder.js';

/** Changes the database behind the store's back. */
function tamper(folder: string, sql: string): void {
  const database = new SqliteDatabase(join(folder, 'clipid.sqlite'));
  database.pragma('foreign_keys = OFF');
  database.exec(sql);
  database.close();
}

function failure(work: () => unknown): unknown {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}

describe('opening a data folder', () => {
  it('keeps what was written', () => {
    const folder = freshFolder();
    const first = openStore(folder);
    first.insertGallery(galleryRow());
    first.putTemplates([templateRow()]);
    first.close();
    const second = openStore(folder);
    expect(second.templates('g', -1, 9)).toEqual([{ ...templateRow(), label: 0 }]);
    second.close();
  });

  it('brings an older schema up to date: no targets, no estimates, everything else as it was', () => {
    const folder = freshFolder();
    const first = openStore(folder);
    first.insertGallery(galleryRow());
    first.insertClip(clipRow());
    first.putAppearances([appearanceRow()]);
    first.close();
    const added = ['galleries DROP targetFpr', 'galleries DROP uncertainFpr'];
    const sql = [...added, 'appearances DROP estimatedFpr'].map((what) => `ALTER TABLE ${what};`);
    tamper(folder, `${sql.join('')} DROP TABLE calibrations; PRAGMA user_version = 3`);
    const second = openStore(folder);
    expect(second.gallery('g')).toEqual(galleryRow());
    expect(second.appearancesOfClip('g', 'c')).toEqual([appearanceRow()]);
    expect(second.calibration('g')).toBeUndefined();
    second.close();
  });

  it('says that a curve is not one', () => {
    const folder = freshFolder();
    const first = openStore(folder);
    first.insertGallery(galleryRow());
    first.putCalibration({ galleryId: 'g', content: galleryCalibration() });
    first.close();
    tamper(folder, `UPDATE calibrations SET content = '{"notes": 1}'`);
    const second = openStore(folder);
    expect(failure(() => second.calibration('g'))).toMatchObject({ code: 'STORE_FAILED' });
    second.close();
  });

  it('refuses a newer schema and says which', () => {
    const folder = freshFolder();
    openStore(folder).close();
    tamper(folder, 'PRAGMA user_version = 99');
    const error = failure(() => openStore(folder));
    expect(error).toMatchObject({ code: 'STORE_FAILED', details: { found: '99' } });
    expect(String(error)).toContain('schema version 99; this clipid knows up to ');
  });

  it('refuses a file that is not a database, and leaves it as it is', () => {
    const folder = freshFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, 'clipid.sqlite'), 'a letter '.repeat(1000));
    expect(failure(() => openStore(folder))).toMatchObject({ code: 'STORE_FAILED' });
    expect(readFileSync(join(folder, 'clipid.sqlite'), 'utf8')).toBe('a letter '.repeat(1000));
  });

  it('refuses a folder that cannot be made', () => {
    const folder = freshFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, 'file'), '');
    const error = failure(() => openStore(join(folder, 'file', 'data')));
    expect(error).toMatchObject({ code: 'STORE_FAILED' });
    expect(String(error)).toContain('cannot be written');
  });

  it.skipIf(process.getuid?.() === 0)('refuses a folder it may not write', () => {
    const folder = freshFolder();
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    expect(failure(() => openStore(folder))).toMatchObject({ code: 'STORE_FAILED' });
    chmodSync(folder, 0o700);
  });
});

describe('rows that are not what was written', () => {
  it.each([
    ['a cut vector', "UPDATE templates SET vector = x'0011'", 'a vector of 2 bytes'],
    ['an unknown source', "UPDATE templates SET source = 'DREAM'", 'source'],
  ])('%s is STORE_FAILED', (_name, sql, words) => {
    const folder = freshFolder();
    const store = openStore(folder);
    store.insertGallery(galleryRow());
    store.putTemplates([templateRow()]);
    store.close();
    tamper(folder, sql);
    const again = openStore(folder);
    const error = failure(() => again.template('g', 't0'));
    expect(error).toMatchObject({ code: 'STORE_FAILED' });
    expect(String(error)).toContain(words);
    again.close();
  });

  it('broken JSON is STORE_FAILED', () => {
    const folder = freshFolder();
    const store = openStore(folder);
    store.insertGallery(galleryRow());
    store.insertClip(clipRow());
    store.close();
    tamper(folder, "UPDATE clips SET metadata = '{'");
    const again = openStore(folder);
    expect(failure(() => again.clip('g', 'c'))).toMatchObject({ code: 'STORE_FAILED' });
    again.close();
  });
});

describe('limits and failures', () => {
  it('a gallery whose labels are used up takes no more templates', () => {
    const folder = freshFolder();
    const store = openStore(folder);
    store.insertGallery(galleryRow());
    store.close();
    tamper(folder, `UPDATE galleries SET nextLabel = ${2 ** 32 - 1}`);
    const again = openStore(folder);
    expect(again.putTemplates([templateRow()])[0]?.label).toBe(2 ** 32 - 1);
    const more = templateRow({ templateId: 't1', vector: unitVector(1) });
    expect(failure(() => again.putTemplates([more]))).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    again.close();
  });

  it('a store that was closed is UNAVAILABLE', () => {
    const store = openStore(freshFolder());
    store.close();
    expect(failure(() => store.gallery('g'))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(failure(() => store.transaction(() => 1))).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it.each([
    ['SQLITE_FULL', 'STORE_FAILED', 'disk is full'],
    ['SQLITE_CORRUPT_VTAB', 'STORE_FAILED', 'damaged'],
    ['SQLITE_READONLY_DBMOVED', 'STORE_FAILED', 'read-only'],
    ['SQLITE_IOERR_WRITE', 'STORE_FAILED', 'input/output error'],
    ['SQLITE_PROTOCOL', 'STORE_FAILED', 'database failed'],
  ])('%s is %s', (sqlite, code, words) => {
    const error = translate(new SqliteDatabase.SqliteError('text', sqlite));
    expect(error).toMatchObject({ code, details: { sqlite } });
    expect(String(error)).toContain(words);
  });
});
