import type { ClipidError } from '../../../core/errors.js';
import { STRIP } from '../remedies.js';
import { appendItems, setItems } from './containers.js';
import type { Instruction } from './instructions.js';
import { readInstruction } from './opcodes.js';
import type { PickleBytes } from './pickle-bytes.js';
import { PickleStack } from './stack.js';
import {
  type HostObject,
  PickleFunction,
  type PickleHost,
  type PickleRun,
  type PickleValue,
} from './values.js';

/** A state dict of a thousand tensors takes about 50,000. */
const MAX_STEPS = 2_000_000;
const SHOWN_NAME_LENGTH = 200;

/**
 * Reads one pickle and nothing more; `bytes` then stands behind it. Nothing of it is executed: its
 * names mean what `host` says, and a name that is not on the host's list is refused where it stands.
 * Work and memory are bounded; values may refer to each other in circles, so do not walk them without
 * a limit. Throws BUNDLE_INVALID naming the file, the byte and the name.
 */
export function readPickle(bytes: PickleBytes, host: PickleHost): PickleValue {
  return new Machine(bytes, host).run();
}

class Machine implements PickleRun {
  readonly #bytes: PickleBytes;
  readonly #host: PickleHost;
  readonly #stack = new PickleStack(this);
  readonly #memo = new Map<number, PickleValue>();
  #steps = 0;
  /** Of the current opcode. */
  #at = 0;

  constructor(bytes: PickleBytes, host: PickleHost) {
    this.#bytes = bytes;
    this.#host = host;
  }

  run(): PickleValue {
    for (;;) {
      this.#at = this.#bytes.offset;
      this.spend(1);
      const instruction = readInstruction(this.#bytes);
      if (instruction.do === 'stop') return this.#stack.pop();
      const value = this.#perform(instruction);
      if (value !== undefined) this.#stack.push(value);
    }
  }

  invalid(problem: string, remedy?: string): ClipidError {
    return this.#bytes.invalid(problem, this.#at, remedy);
  }

  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps <= MAX_STEPS) return;
    throw this.invalid(`takes more steps than the limit of ${MAX_STEPS}`, STRIP);
  }

  /** What is to be pushed, if anything. */
  #perform(instruction: Exclude<Instruction, { do: 'stop' }>): PickleValue | undefined {
    const stack = this.#stack;
    switch (instruction.do) {
      case 'push':
        return instruction.value;
      case 'duplicate':
        return stack.top();
      case 'emptyList':
        return [];
      case 'emptyDict':
        return new Map();
      case 'list':
        return stack.popToMark();
      case 'dict':
        return setItems(new Map(), stack.popToMark(), this);
      case 'tuple':
        return stack.popMany(instruction.count);
      case 'get':
        return this.#remembered(instruction.index);
      case 'global':
        return this.#global(instruction.module, instruction.name);
      case 'stackGlobal':
        return this.#stackGlobal();
      case 'call':
        return this.#call();
      case 'persistent':
        return this.#host.persistent(stack.pop(), this);
      case 'nothing':
      case 'mark':
      case 'pop':
      case 'popMark':
      case 'put':
      case 'build':
      case 'append':
      case 'appends':
      case 'setItem':
      case 'setItems':
        this.#change(instruction);
        return undefined;
    }
  }

  /** Instructions that push nothing. */
  #change(instruction: Instruction): void {
    const stack = this.#stack;
    if (instruction.do === 'mark') stack.mark();
    else if (instruction.do === 'pop') stack.pop();
    else if (instruction.do === 'popMark') stack.popToMark();
    else if (instruction.do === 'put') this.#remember(instruction.index);
    else if (instruction.do === 'build') this.#build();
    else if (instruction.do === 'append') this.#append(stack.popMany(1));
    else if (instruction.do === 'appends') this.#append(stack.popToMark());
    else if (instruction.do === 'setItem') this.#set(stack.popMany(2));
    else if (instruction.do === 'setItems') this.#set(stack.popToMark());
  }

  #append(items: readonly PickleValue[]): void {
    appendItems(this.#stack.top(), items, this);
  }

  #set(items: readonly PickleValue[]): void {
    setItems(this.#stack.top(), items, this);
  }

  #remember(index = this.#memo.size): void {
    this.#memo.set(index, this.#stack.top());
  }

  #remembered(index: number): PickleValue {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.invalid(`refers to ${index}, which it never stored`);
    return value;
  }

  #stackGlobal(): HostObject {
    const [module, name] = this.#stack.popMany(2);
    if (typeof module === 'string' && typeof name === 'string') return this.#global(module, name);
    throw this.invalid('names a class by what is no text');
  }

  #global(module: string, name: string): HostObject {
    const found = this.#host.global(module, name);
    if (found !== undefined) return found;
    // Quoted as JSON does it, so that nothing odd reaches a terminal.
    const full = JSON.stringify(`${module}.${name}`.slice(0, SHOWN_NAME_LENGTH)).slice(1, -1);
    throw this.invalid(`names ${full}, which is no part of a state dict; nothing was run`, STRIP);
  }

  #call(): PickleValue {
    const [callee, values] = this.#stack.popMany(2);
    if (callee instanceof PickleFunction && Array.isArray(values)) return callee.call(values, this);
    throw this.invalid('calls what cannot be called');
  }

  /** The attributes of a state dict (its layers' versions) are of no use here. */
  #build(): void {
    this.#stack.pop();
    if (this.#stack.top() instanceof Map) return;
    throw this.invalid('gives attributes to what is no dict', STRIP);
  }
}
