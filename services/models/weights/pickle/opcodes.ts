import type { Instruction } from './instructions.js';
import { decimalInteger, decimalText, littleEndianInteger } from './numbers.js';
import type { PickleBytes } from './pickle-bytes.js';

const HIGHEST_PROTOCOL = 5;

type Reader = (bytes: PickleBytes) => Instruction;

/**
 * The opcodes that torch.save writes with any pickle protocol, by their byte. Those that make objects
 * of classes in other ways (INST, OBJ, NEWOBJ, extensions), sets and out-of-band buffers are left out.
 */
const READERS: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [0x80, protocol],
  [0x95, (bytes) => (bytes.u64(), { do: 'nothing' })], // FRAME
  [code('.'), () => ({ do: 'stop' })],
  [code('0'), () => ({ do: 'pop' })],
  [code('2'), () => ({ do: 'duplicate' })],
  [code('('), () => ({ do: 'mark' })],
  [code('1'), () => ({ do: 'popMark' })],
  [code('N'), () => ({ do: 'push', value: null })],
  [0x88, () => ({ do: 'push', value: true })],
  [0x89, () => ({ do: 'push', value: false })],
  [code('I'), (bytes) => ({ do: 'push', value: decimalInteger(bytes) })],
  [code('L'), (bytes) => ({ do: 'push', value: decimalInteger(bytes) })],
  [code('K'), (bytes) => ({ do: 'push', value: bytes.u8() })],
  [code('M'), (bytes) => ({ do: 'push', value: bytes.take(2).readUInt16LE() })],
  [code('J'), (bytes) => ({ do: 'push', value: bytes.take(4).readInt32LE() })],
  [0x8a, (bytes) => ({ do: 'push', value: littleEndianInteger(bytes, bytes.u8()) })],
  [0x8b, (bytes) => ({ do: 'push', value: littleEndianInteger(bytes, u32(bytes)) })],
  [code('F'), (bytes) => ({ do: 'push', value: decimalText(bytes) })],
  [code('G'), (bytes) => ({ do: 'push', value: bytes.take(8).readDoubleBE() })],
  [code('X'), (bytes) => ({ do: 'push', value: bytes.utf8(u32(bytes)) })],
  [0x8c, (bytes) => ({ do: 'push', value: bytes.utf8(bytes.u8()) })],
  [0x8d, (bytes) => ({ do: 'push', value: bytes.utf8(bytes.u64()) })],
  // Strings of Python 2.
  [code('T'), (bytes) => ({ do: 'push', value: bytes.text(u32(bytes)).toString('latin1') })],
  [code('U'), (bytes) => ({ do: 'push', value: bytes.text(bytes.u8()).toString('latin1') })],
  [code('B'), (bytes) => ({ do: 'push', value: Uint8Array.from(bytes.text(u32(bytes))) })],
  [code('C'), (bytes) => ({ do: 'push', value: Uint8Array.from(bytes.text(bytes.u8())) })],
  [code(']'), () => ({ do: 'emptyList' })],
  [code('}'), () => ({ do: 'emptyDict' })],
  [code(')'), () => ({ do: 'tuple', count: 0 })],
  [0x85, () => ({ do: 'tuple', count: 1 })],
  [0x86, () => ({ do: 'tuple', count: 2 })],
  [0x87, () => ({ do: 'tuple', count: 3 })],
  // Lists and tuples are one here: nothing that is read tells them apart.
  [code('t'), () => ({ do: 'list' })],
  [code('l'), () => ({ do: 'list' })],
  [code('d'), () => ({ do: 'dict' })],
  [code('a'), () => ({ do: 'append' })],
  [code('e'), () => ({ do: 'appends' })],
  [code('s'), () => ({ do: 'setItem' })],
  [code('u'), () => ({ do: 'setItems' })],
  [0x94, () => ({ do: 'put' })],
  [code('q'), (bytes) => ({ do: 'put', index: bytes.u8() })],
  [code('r'), (bytes) => ({ do: 'put', index: u32(bytes) })],
  [code('p'), (bytes) => ({ do: 'put', index: Number(decimalInteger(bytes)) })],
  [code('h'), (bytes) => ({ do: 'get', index: bytes.u8() })],
  [code('j'), (bytes) => ({ do: 'get', index: u32(bytes) })],
  [code('g'), (bytes) => ({ do: 'get', index: Number(decimalInteger(bytes)) })],
  [code('c'), (bytes) => ({ do: 'global', module: bytes.line(), name: bytes.line() })],
  [0x93, () => ({ do: 'stackGlobal' })],
  [code('R'), () => ({ do: 'call' })],
  [code('b'), () => ({ do: 'build' })],
  [code('Q'), () => ({ do: 'persistent' })],
]);

/** The next opcode with its argument. Throws BUNDLE_INVALID. */
export function readInstruction(bytes: PickleBytes): Instruction {
  const at = bytes.offset;
  const opcode = bytes.u8();
  const reader = READERS.get(opcode);
  if (reader !== undefined) return reader(bytes);
  const hex = opcode.toString(16).padStart(2, '0');
  throw bytes.invalid(`has opcode 0x${hex}, which no state dict needs`, at);
}

function protocol(bytes: PickleBytes): Instruction {
  const version = bytes.u8();
  if (version <= HIGHEST_PROTOCOL) return { do: 'nothing' };
  throw bytes.invalid(`is of protocol ${version}, the highest that is read is ${HIGHEST_PROTOCOL}`);
}

function u32(bytes: PickleBytes): number {
  return bytes.take(4).readUInt32LE();
}

function code(character: string): number {
  return character.charCodeAt(0);
}
