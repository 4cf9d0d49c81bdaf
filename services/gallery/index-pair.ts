import type { IndexFactory, TemplateChange, TemplateRow, VectorIndex } from './port.js';

/** `enrolled`: templates with an identity. `seen`: templates of tracks, named or not. */
export const INDEX_NAMES = ['enrolled', 'seen'] as const;
export type IndexName = (typeof INDEX_NAMES)[number];

const BELONGS: Readonly<Record<IndexName, (row: TemplateRow) => boolean>> = {
  enrolled: (row) => row.identityId !== null,
  seen: (row) => row.source === 'TRACK',
};

/** The two indexes of one gallery; changes are applied one after the other, in the order they came. */
export class IndexPair {
  readonly #indexes: Readonly<Record<IndexName, VectorIndex>>;
  #tail: Promise<void> = Promise.resolve();

  private constructor(enrolled: VectorIndex, seen: VectorIndex) {
    this.#indexes = { enrolled, seen };
  }

  static async create(factory: IndexFactory, dimension: number): Promise<IndexPair> {
    const enrolled = await factory.create(dimension);
    try {
      return new IndexPair(enrolled, await factory.create(dimension));
    } catch (thrown) {
      await enrolled.close();
      throw thrown;
    }
  }

  index(name: IndexName): VectorIndex {
    return this.#indexes[name];
  }

  sizes(): Record<IndexName, number> {
    return { enrolled: this.#indexes.enrolled.size(), seen: this.#indexes.seen.size() };
  }

  /** Which of the two hold this template. */
  static namesOf(row: TemplateRow): IndexName[] {
    return INDEX_NAMES.filter((name) => BELONGS[name](row));
  }

  apply(changes: TemplateChange): Promise<void> {
    const done = this.#tail.then(() => this.#applyNow(changes));
    this.#tail = done.catch(() => undefined); // Whoever made the change is told; the next one goes on.
    return done;
  }

  /** Resolves when all changes given so far were applied. */
  settled(): Promise<void> {
    return this.#tail;
  }

  async close(): Promise<void> {
    await Promise.all(INDEX_NAMES.map((name) => this.#indexes[name].close()));
  }

  /** Also takes a row out of the index it no longer belongs to: its identity may have gone. */
  async #applyNow({ put, removed }: TemplateChange): Promise<void> {
    const update = async (name: IndexName) => {
      const belonging = put.filter(BELONGS[name]);
      const leaving = [...removed, ...put.filter((row) => !BELONGS[name](row))];
      await this.#indexes[name].remove(leaving.map((row) => row.label));
      await this.#indexes[name].add(belonging);
    };
    await Promise.all(INDEX_NAMES.map(update));
  }
}
