import type { PickleValue } from './values.js';

/** What the machine does: the many opcodes of the protocols come down to these. */
export type Instruction =
  | { readonly do: 'nothing' }
  | { readonly do: 'stop' }
  | { readonly do: 'push'; readonly value: PickleValue }
  | { readonly do: 'pop' }
  | { readonly do: 'duplicate' }
  | { readonly do: 'mark' }
  | { readonly do: 'popMark' }
  | { readonly do: 'emptyList' }
  | { readonly do: 'emptyDict' }
  /** The items since the mark. */
  | { readonly do: 'list' }
  | { readonly do: 'dict' }
  /** The last `count` items. */
  | { readonly do: 'tuple'; readonly count: number }
  | { readonly do: 'append' }
  | { readonly do: 'appends' }
  | { readonly do: 'setItem' }
  | { readonly do: 'setItems' }
  /** No index: the next free one. */
  | { readonly do: 'put'; readonly index?: number }
  | { readonly do: 'get'; readonly index: number }
  | { readonly do: 'global'; readonly module: string; readonly name: string }
  /** Module and name are on the stack. */
  | { readonly do: 'stackGlobal' }
  | { readonly do: 'call' }
  /** Gives an object its attributes. */
  | { readonly do: 'build' }
  | { readonly do: 'persistent' };
