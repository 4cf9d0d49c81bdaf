import { describe, expect, it } from 'vitest';
import { FileBytes } from '../../../../services/models/weights/file-bytes.js';
import { readPickle } from '../../../../services/models/weights/pickle/machine.js';
import { PickleBytes } from '../../../../services/models/weights/pickle/pickle-bytes.js';
import { torchGlobal } from '../../../../services/models/weights/torch-globals.js';
import { failureOf } from './fixtures.js';
import { integer, pickleOf, text } from './pickled.js';
import { scratchFolder } from './scratch.js';

const scratch = scratchFolder();

function read(bytes: Uint8Array) {
  const file = new FileBytes(scratch.write('a.pkl', bytes));
  return readPickle(new PickleBytes(file, 0, bytes.length), {
    global: torchGlobal,
    persistent: (_, run) => {
      throw run.invalid('refers to something');
    },
  });
}

function refusal(bytes: Uint8Array): string {
  const failure = failureOf(() => read(bytes));
  expect(failure.code).toBe('BUNDLE_INVALID');
  return failure.message;
}

describe('readPickle', () => {
  // Right-hand sides are what Python's pickle.loads gives for the same bytes.
  it.each<[string, Buffer, unknown]>([
    ['None', pickleOf('N'), null],
    ['booleans', pickleOf('(\x88\x89I01\nI00\nt'), [true, false, true, false]],
    ['small numbers', pickleOf('(K\xffM\xff\xffJ\xfe\xff\xff\xfft'), [255, 65_535, -2]],
    ['numbers as text', pickleOf('(I-12\nL-34L\nF-2.5e3\nt'), [-12, -34, -2500]],
    [
      'numbers of many bytes',
      pickleOf('(', integer(-1), [0x8a, 0], [0x8a, 1, 0x80], 't'),
      [-1, 0, -128],
    ],
    ['numbers beyond 2^53', pickleOf(integer(2n ** 60n)), 2n ** 60n],
    ['a number of four length bytes', pickleOf([0x8b, 1, 0, 0, 0, 7]), 7],
    ['floats', pickleOf('G\xbf\xf8\0\0\0\0\0\0'), -1.5],
    [
      'text',
      pickleOf('(', text('größe'), '\x8c\x02ab\x8d\x01\0\0\0\0\0\0\0ct'),
      ['größe', 'ab', 'c'],
    ],
    ['Python 2 text', pickleOf('(U\x02a\xe9T\x01\0\0\0bt'), ['aé', 'b']],
    ['bytes', pickleOf('(C\x02\x01\x02B\x01\0\0\0\x03t'), [Uint8Array.of(1, 2), Uint8Array.of(3)]],
    ['tuples', pickleOf(')K\x01\x85K\x02K\x03\x86\x87'), [[], [1], [2, 3]]],
    ['a tuple of three', pickleOf('K\x04K\x05K\x06\x87'), [4, 5, 6]],
    ['lists', pickleOf(']K\x01a(K\x02K\x03e'), [1, 2, 3]],
    ['a list from a mark', pickleOf('(K\x01K\x02l'), [1, 2]],
    [
      'dicts',
      pickleOf('}', text('a'), 'K\x01s(K\x02K\x03u'),
      new Map<unknown, unknown>([
        ['a', 1],
        [2, 3],
      ]),
    ],
    ['a dict from a mark', pickleOf('(', text('a'), 'K\x01d'), new Map([['a', 1]])],
    [
      'what it stored',
      pickleOf('K\x07q\x00K\x08r\x01\0\0\0K\x09p2\n(h\x00j\x01\0\0\0g2\nt'),
      [7, 8, 9],
    ],
    ['what it stored in order', pickleOf('K\x07\x940K\x08\x940(h\x00h\x01t'), [7, 8]],
    ['what it throws away', pickleOf('K\x01K\x020(K\x03K\x0412\x86'), [1, 1]],
    [
      'an ordered dict with attributes',
      pickleOf('ccollections\nOrderedDict\n)RK\x01K\x02s}b'),
      new Map([[1, 2]]),
    ],
    [
      'an ordered dict of pairs',
      pickleOf('ccollections\nOrderedDict\n](]', text('a'), 'aK\x01ae\x85R'),
      new Map([['a', 1]]),
    ],
    [
      'a class named on the stack',
      pickleOf('\x8c\x0bcollections\x8c\x0bOrderedDict\x93)R'),
      new Map(),
    ],
  ])('reads %s', (_, bytes, value) => {
    expect(read(bytes)).toEqual(value);
  });

  it.each([
    ['every other class', 'cos\nsystem\n.', 'byte 2 names os.system, which is no part'],
    ['a class under another module', 'cos\nOrderedDict\n.', 'names os.OrderedDict'],
    ['a module with a space', 'ctorch Size\n\n.', 'names torch Size., which'],
    ['what is in every object', 'c__proto__\nconstructor\n.', 'names __proto__.constructor'],
    ['odd letters in a name', 'ca\x1b[31m\nb\n.', 'names a\\u001b[31m.b'],
    ['other ways to make objects', '(ios\nsystem\n.', 'has opcode 0x69'],
    ['sets', '\x8f.', 'has opcode 0x8f'],
    ['a call of what is no function', 'K\x01)R.', 'calls what cannot be called'],
    ['a call of a type', 'ctorch\nFloatStorage\n)R.', 'calls what cannot be called'],
    ['attributes of a list', ']}b.', 'gives attributes to what is no dict'],
    ['a storage where there is none', 'K\x01Q.', 'refers to something'],
    ['an item too much', '(K\x01d.', 'has a key without a value'],
    ['items of a list', ']K\x01K\x02s.', 'sets items of what is no dict'],
    ['appending to a dict', '}K\x01a.', 'appends to what is no list'],
    ['an empty stack', '0.', 'takes more than its stack has'],
    ['reaching below a mark', 'K\x01(0.', 'takes more than its stack has'],
    ['an end without a beginning', 't.', 'ends a group that it never began'],
    ['what was never stored', 'h\x05.', 'refers to 5, which it never stored'],
    ['text that is not UTF-8', 'X\x01\0\0\0\xff.', 'not UTF-8'],
    ['text beyond the file', 'X\xff\0\0\0a.', 'is cut short: 255 bytes are wanted, 2 left'],
    [
      'text beyond the limit',
      'X\xff\xff\xff\xffa.',
      '4294967295 bytes, above the limit of 1048576',
    ],
    ['text of 2^64 bytes', '\x8d\xff\xff\xff\xff\xff\xff\xff\xffa.', 'above the limit of 1048576'],
    ['a number beyond the limit', '\x8b\xff\xff\xff\xff.', 'above the limit of 64'],
    ['a number that is none', 'I0x10\n.', 'has a whole number that is none'],
    ['a float that is none', 'Fabc\n.', 'has a number that is none'],
    ['a protocol that is not known', '\x80\x06.', 'is of protocol 6'],
    ['no end', 'N', 'is cut short'],
  ])('refuses %s', (_, opcodes, message) => {
    expect(refusal(Buffer.from(`\x80\x02${opcodes}`, 'latin1'))).toContain(message);
  });

  it.each([
    ['a line', pickleOf(`c${'a'.repeat(5_000)}\nb\n`), 'a line above the limit of 4096 bytes'],
    ['a key', pickleOf('}', text('k'.repeat(1_025)), 'Ns'), 'a key above the limit of 1024'],
    ['marks', pickleOf('('.repeat(1_001)), 'more marks on its stack than the limit of 1000'],
    ['the stack', pickleOf('N'.repeat(1_000_001)), 'more items on its stack than the limit'],
    ['steps', pickleOf('N0'.repeat(1_000_001)), 'more steps than the limit of 2000000'],
  ])('bounds %s', (_, bytes, message) => {
    expect(refusal(bytes)).toContain(message);
  });

  it('copes with references that would be 2^200 items if they were copied', () => {
    const doubling = '(h\x000h\x00h\x00tq\x000'.repeat(200);
    const value = read(pickleOf('(NNtq\x000', doubling, 'h\x00'));
    expect(value).toHaveLength(2);
  });

  it('bounds work that a short pickle asks for again and again', () => {
    const pairs = `](${'h\x01'.repeat(10_000)}eq\x020`;
    const again = 'h\x00h\x02\x85R0'.repeat(1_000);
    const opening = ['ccollections\nOrderedDict\nq\x000](', text('a'), 'Neq\x010'] as const;
    expect(refusal(pickleOf(...opening, pairs, again))).toContain('more steps than the limit');
  });

  it('copes with a list that holds itself', () => {
    const value = read(pickleOf(']q\x00h\x00a'));
    expect(Array.isArray(value) && value[0] === value).toBe(true);
  });
});
