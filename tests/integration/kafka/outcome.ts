import { expect } from 'vitest';
import type { AppearanceRow, ClipRow } from '../../../services/gallery/port.js';
import { openStore, type OpenStore } from '../../../services/gallery/store/open-store.js';
import { identificationEvents } from '../../../services/ingest/messages/identification-events.js';
import { statusEvent } from '../../../services/ingest/messages/status-event.js';
import type { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import { topicEnds } from '../../helpers/kafka/topics.js';
import { GALLERY } from '../../helpers/service.js';

export interface ClipOutcome {
  readonly clip: ClipRow;
  readonly appearances: readonly AppearanceRow[];
}

/** All that a data folder holds of the clips; every template is there once, and no other. */
export function outcomesIn(data: string): ClipOutcome[] {
  const store = openStore(data);
  try {
    const clips = store.clips(GALLERY, { limit: 100_000 });
    const outcomes = clips.map((clip) => {
      return { clip, appearances: store.appearancesOfClip(GALLERY, clip.clipId) };
    });
    checkTemplates(store, outcomes);
    expect(store.countOutbox()).toBe(0);
    expect(store.nextExtraction()).toBeUndefined();
    return outcomes;
  } finally {
    store.close();
  }
}

function checkTemplates(store: OpenStore, outcomes: readonly ClipOutcome[]): void {
  const wanted = outcomes.flatMap((one) => one.appearances.map((row) => row.templateId)).sort();
  const found = store.templates(GALLERY, -1, 1_000_000).filter((row) => row.source === 'TRACK');
  expect(found.map((row) => row.templateId).sort()).toEqual(wanted);
}

/** What depends on the clip's content alone. */
export function contentOf({ clip, appearances }: ClipOutcome): unknown {
  const tracks = appearances.map(({ trackIndex, startMs, endMs, faces }) => {
    return { trackIndex, startMs, endMs, faces: faces.length };
  });
  return { state: clip.state, frameCount: clip.frameCount, tracks };
}

/** Every event of every result was sent, and none of a result that is not there. */
export async function checkEvents(
  topics: ClipTopics,
  outcomes: readonly ClipOutcome[],
): Promise<void> {
  const wanted = outcomes.flatMap(({ clip, appearances }) =>
    identificationEvents(clip, appearances).map((row) => row.eventId),
  );
  const found = (await topics.identifications()).map((event) => event.eventId);
  expect(new Set(found)).toEqual(new Set(wanted));
  const ends = outcomes.map(({ clip }) => statusEvent(clip).eventId);
  const statuses = new Set((await topics.statuses()).map((event) => event.eventId));
  expect(ends.filter((eventId) => !statuses.has(eventId))).toEqual([]);
}

/** Everything that was sent is committed: no gap in any partition. */
export async function checkOffsets(
  topics: ClipTopics,
  topic: string,
  group = topics.group,
): Promise<void> {
  const ends = await topicEnds(topics.kafka, topic);
  const committed = await topics.committed(topic, group);
  for (const { partition, low, high } of ends) {
    // Transactions leave marks behind the last message, which nobody commits.
    if (high > low) expect(high - (committed[partition] ?? -1)).toBeLessThanOrEqual(1);
  }
}
