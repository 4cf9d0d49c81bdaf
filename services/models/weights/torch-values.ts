import type { ElementType } from './element-types.js';
import type { Layout } from './layout.js';
import type { HostObject } from './pickle/values.js';

/** torch.FloatStorage and its like: names a type of numbers. */
export class StorageType implements HostObject {
  readonly kind = 'storage type';

  constructor(readonly type: ElementType) {}
}

/** Numbers that lie in the file outside of the pickle; a part of a root storage, mostly the whole. */
export class TorchStorage implements HostObject {
  readonly kind = 'storage';

  /** All but `type` and `key` in elements. */
  constructor(
    readonly type: ElementType,
    /** Of the root storage. */
    readonly key: string,
    readonly rootCount: number,
    readonly start: number,
    readonly count: number,
  ) {}
}

/** A tensor: a view of a storage. Its layout fits the storage. */
export class TorchTensor implements HostObject {
  readonly kind = 'tensor';

  /** `layout.offset` counts from the storage's start. */
  constructor(
    readonly storage: TorchStorage,
    readonly layout: Layout,
  ) {}
}
