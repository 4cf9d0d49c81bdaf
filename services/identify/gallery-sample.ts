import { setImmediate } from 'node:timers/promises';
import type { GalleryStore, IdentityRow, TemplateRow } from '../gallery/port.js';
import type { ComparedTemplate } from './ports-in.js';

/** People and templates that are compared: some 40 million pairs, a second of one thread. */
const MOST_IDENTITIES = 3000;
const MOST_EACH = 3;
/** Tracks that came last. */
const RECENT = 4000;
const PAGE = 500;

export interface EnrolledSample {
  readonly items: readonly ComparedTemplate[];
  /** Whose a `person` is. */
  readonly identityIds: readonly string[];
}

/**
 * Enrolled people, evenly spread over the gallery, with their best templates. It reads in pages and lets
 * others run in between. Throws CANCELLED.
 */
export async function enrolledSample(
  store: GalleryStore,
  galleryId: string,
  signal: AbortSignal,
): Promise<EnrolledSample> {
  const step = Math.max(1, Math.ceil(store.countIdentities(galleryId) / MOST_IDENTITIES));
  const items: ComparedTemplate[] = [];
  const identityIds: string[] = [];
  let number = 0;
  for await (const { identityId } of allIdentities(store, galleryId, signal)) {
    if (number++ % step !== 0) continue;
    const own = bestOf(store.templatesOfIdentity(galleryId, identityId));
    if (own.length === 0) continue;
    const person = identityIds.push(identityId) - 1;
    items.push(...own.map(({ vector, quality }) => ({ person, embedding: vector, quality })));
  }
  return { items, identityIds };
}

async function* allIdentities(
  store: GalleryStore,
  galleryId: string,
  signal: AbortSignal,
): AsyncGenerator<IdentityRow> {
  let after = '';
  for (;;) {
    signal.throwIfAborted();
    const page = store.identities(galleryId, { limit: PAGE, after });
    yield* page;
    const last = page[page.length - 1];
    if (last === undefined || page.length < PAGE) return;
    after = last.identityId;
    await setImmediate();
  }
}

function bestOf(templates: readonly TemplateRow[]): TemplateRow[] {
  return [...templates].sort((a, b) => b.quality - a.quality).slice(0, MOST_EACH);
}

/**
 * The tracks that came last. Nobody says who they are, so a `person` is all that may be one: the tracks
 * of one clip, and those that were decided to be the same identity.
 */
export function recentSample(store: GalleryStore, galleryId: string): ComparedTemplate[] {
  const from = Math.max(-1, store.lastLabel(galleryId) - RECENT);
  const tracks = store
    .templates(galleryId, from, RECENT)
    .filter(({ source }) => source === 'TRACK');
  const groups = new Groups();
  const named = tracks.map((row) => [row, groups.join(keysOf(store, galleryId, row))] as const);
  return named.map(([{ vector, quality }, group]) => ({
    ...{ person: groups.numberOf(group), embedding: vector, quality },
  }));
}

function keysOf(store: GalleryStore, galleryId: string, row: TemplateRow): string[] {
  const seen = store.appearanceOfTemplate(galleryId, row.templateId);
  const identityId = row.identityId ?? seen?.identityId ?? null;
  return [`clip ${row.clipId}`, ...(identityId === null ? [] : [`identity ${identityId}`])];
}

/** Sets of keys that belong together: union-find without ranks, as chains are short. */
class Groups {
  private readonly parents = new Map<string, string>();
  private readonly numbers = new Map<string, number>();

  /** Puts the keys into one group; any of them names it from then on. */
  join([first = '', ...others]: readonly string[]): string {
    for (const other of others) this.parents.set(this.rootOf(other), this.rootOf(first));
    return first;
  }

  /** From 0; once all are joined. */
  numberOf(key: string): number {
    const root = this.rootOf(key);
    const number = this.numbers.get(root) ?? this.numbers.size;
    this.numbers.set(root, number);
    return number;
  }

  private rootOf(key: string): string {
    const parent = this.parents.get(key);
    if (parent === undefined || parent === key) return key;
    const root = this.rootOf(parent);
    this.parents.set(key, root);
    return root;
  }
}
