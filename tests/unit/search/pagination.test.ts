import { describe, expect, it } from 'vitest';
import type { Page } from '../../../services/gallery/port.js';
import {
  decodePageToken,
  encodePageToken,
  pageSize,
  readPage,
  type PagedList,
} from '../../../services/search/pagination.js';

const ROWS = ['a', 'b', 'c', 'd', 'e'];

function list(rows: readonly string[] = ROWS): PagedList<string> {
  const read = ({ limit, after = '' }: Page): string[] =>
    rows.filter((row) => row > after).slice(0, limit);
  return { scope: ['letters', 'g'], read, keyOf: (row) => row };
}

function readAll(size: number, of = list()): string[][] {
  const pages: string[][] = [];
  let pageToken = '';
  do {
    const page = readPage({ pageSize: size, pageToken }, of);
    pages.push([...page.rows]);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return pages;
}

describe('pages', () => {
  it('follow each other to the end, with no empty last page', () => {
    expect(readAll(2)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(readAll(5)).toEqual([ROWS]);
    expect(readAll(0)).toEqual([ROWS]);
    expect(readAll(3, list([]))).toEqual([[]]);
  });

  it('end early where a response has no room, and lose nothing', () => {
    expect(readAll(4, { ...list(), fitting: () => 1 })).toEqual(ROWS.map((row) => [row]));
  });

  it('have a size: 0 is the default, too much is the most, less is an error', () => {
    expect([pageSize(0), pageSize(7), pageSize(5000)]).toEqual([50, 7, 1000]);
    expect(() => pageSize(-1)).toThrow('page_size is -1; it must be 0 or more items.');
  });
});

describe('page tokens', () => {
  it('carry any key', () => {
    for (const key of ['a', '', '"]', 'ä/3', '1'.repeat(256)]) {
      expect(decodePageToken(['x'], encodePageToken(['x'], key))).toBe(key);
    }
    expect(decodePageToken(['x'], '')).toBeUndefined();
  });

  it.each([
    ['garbage', 'garbage'],
    ['another gallery', encodePageToken(['letters', 'h'], 'a')],
    ['another list', encodePageToken(['letters'], 'a')],
    ['no list', Buffer.from('{"a":1}').toString('base64url')],
    ['a key that is no text', Buffer.from('["letters","g",3]').toString('base64url')],
  ])('are refused: %s', (_name, pageToken) => {
    expect(() => readPage({ pageSize: 1, pageToken }, list())).toThrow('page_token');
  });
});
