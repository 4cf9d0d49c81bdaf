import { ClipidError } from '../../core/errors.js';
import type { IndexFactory, IndexHit, VectorIndex } from '../port.js';
import type { IndexEntry } from './hits.js';

type OnDeath = (error: ClipidError) => void;

/** Makes indexes that tell `onDeath` when a call fails because the index is lost (MODEL_FAILED). */
export function watchedFactory(factory: IndexFactory, onDeath: OnDeath): IndexFactory {
  return {
    create: async (dimension) => new WatchedIndex(await factory.create(dimension), onDeath),
  };
}

class WatchedIndex implements VectorIndex {
  constructor(
    private readonly index: VectorIndex,
    private readonly onDeath: OnDeath,
  ) {}

  get dimension(): number {
    return this.index.dimension;
  }

  size(): number {
    return this.index.size();
  }

  add(entries: readonly IndexEntry[]): Promise<void> {
    return this.watch(this.index.add(entries));
  }

  remove(labels: readonly number[]): Promise<void> {
    return this.watch(this.index.remove(labels));
  }

  search(vector: Float32Array, k: number): Promise<IndexHit[]> {
    return this.watch(this.index.search(vector, k));
  }

  close(): Promise<void> {
    return this.index.close();
  }

  private async watch<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (thrown) {
      if (thrown instanceof ClipidError && thrown.code === 'MODEL_FAILED') this.onDeath(thrown);
      throw thrown;
    }
  }
}
