import { describe, expect, it } from 'vitest';
import { decodeBegun, encodeBegun } from '../../../../../services/ingest/kafka/extract/begun.js';
import { seeded } from '../../../../helpers/seeded.js';
import { mutated, randomBytes } from '../../messages/mutate.js';

/** What a broker takes beside an offset unless it is told otherwise. */
const BROKER_CHARACTERS = 4096;
const back = (begun: ReadonlyMap<number, number>) => decodeBegun(encodeBegun(begun));

describe('what was begun, beside the offset', () => {
  it('is read back as it was written', () => {
    const begun = new Map([
      [7, 1],
      [5, 3],
    ]);
    expect(back(begun)).toEqual(begun);
    expect(encodeBegun(new Map())).toBe('');
    expect(decodeBegun('')).toEqual(new Map());
    expect(decodeBegun(null)).toEqual(new Map());
  });

  it('invariant 8: fits into what a broker takes, the first ones first', () => {
    const many = new Map(Array.from({ length: 5000 }, (_, i) => [9e15 - i, 999_999]));
    expect(encodeBegun(many).length).toBeLessThan(BROKER_CHARACTERS);
    expect(Math.min(...back(many).keys())).toBe(9e15 - 4999);
  });

  it.each([
    ['no JSON', '{'],
    ['another form', '{"v":1}'],
    ['a list', '[1,2]'],
    ['null', 'null'],
    ['begun is null', '{"v":1,"begun":null}'],
    ['begun is a number', '{"v":1,"begun":5}'],
    ['begun is a text', '{"v":1,"begun":"abc"}'],
    ['an offset that is none', '{"v":1,"begun":{"x":1,"1.5":1,"-1":1,"1e400":1}}'],
    ['starts that are none', '{"v":1,"begun":{"5":"x","6":-1,"7":0,"8":null,"9":[],"10":{"a":1}}}'],
    ['a number that no offset has', '{"v":1,"begun":{"9007199254740993":1}}'],
    ['starts beyond all counting', '{"v":1,"begun":{"5":1e400,"6":1.5}}'],
    ['the name of a prototype', '{"__proto__":{"begun":{"5":1}},"v":1,"begun":{"__proto__":1}}'],
  ])('counts for nothing where it is of others: %s', (_, metadata) => {
    expect([...decodeBegun(metadata)]).toEqual([]);
  });

  it('invariant 8: is not read where it is larger than a broker keeps', () => {
    const entries = Array.from({ length: 300_000 }, (_, i) => [String(i), 1]);
    const huge = JSON.stringify({ v: 1, begun: Object.fromEntries(entries) as object });
    expect(decodeBegun(huge).size).toBe(0);
  });

  it('gives offsets and whole counts, whatever the text', () => {
    const random = seeded(11);
    const good = Buffer.from(
      encodeBegun(
        new Map([
          [1234, 2],
          [1240, 1],
        ]),
      ),
    );
    for (let round = 0; round < 2000; round++) {
      const bytes = round % 4 === 0 ? randomBytes(40, random) : mutated(good, random);
      for (const [offset, starts] of decodeBegun(Buffer.from(bytes).toString())) {
        expect(Number.isSafeInteger(offset) && offset >= 0).toBe(true);
        expect(Number.isSafeInteger(starts) && starts > 0).toBe(true);
      }
    }
  });
});
