import { setTimeout as delay } from 'node:timers/promises';
import { inTurns, ratios, show, spread, timed } from '../measure.js';
import { withService } from '../service.js';
import type { ClipEnd, ClipEnds } from './clip-ends.js';
import { BY_CALLS, namedClips, type Route } from './routes.js';

const CLIPS = 30;
/** Before each, at random up to this: a rhythm would always meet a timer at the same point. */
const PAUSE_MS = 300;

/** One clip at a time to a service that has nothing else to do, by calls and over Kafka in turns. */
export async function benchSingleClips(
  paths: readonly string[],
  kafka: Route,
  ends: ClipEnds,
): Promise<void> {
  await withService(kafka.settings, async (address) => {
    await kafka.ingest(address, namedClips(paths, 1));
    const [called = [], sent = []] = await inTurns(CLIPS, [
      () => callOnce(address, paths),
      () => sendOnce(address, paths, kafka, ends),
    ]);
    report(called, sent);
  });
}

/** For whoever calls, the answer is both at once. */
async function callOnce(address: string, paths: readonly string[]): Promise<ClipEnd> {
  await delay(Math.random() * PAUSE_MS);
  const searchableMs = await timed(() => BY_CALLS.ingest(address, namedClips(paths, 1)));
  return { searchableMs, toldMs: 0 };
}

async function sendOnce(
  address: string,
  paths: readonly string[],
  kafka: Route,
  ends: ClipEnds,
): Promise<ClipEnd> {
  await delay(Math.random() * PAUSE_MS);
  const clips = namedClips(paths, 1);
  await kafka.ingest(address, clips);
  const [end] = await ends.of(clips.map(({ clipId }) => clipId));
  if (end === undefined) throw new Error('a clip has no end');
  return end;
}

function report(called: readonly ClipEnd[], sent: readonly ClipEnd[]): void {
  const searchable = sent.map((end) => end.searchableMs);
  const told = sent.map((end) => end.toldMs);
  const answered = called.map((end) => end.searchableMs);
  process.stdout.write(
    `\nOne clip at a time to an idle service, ${CLIPS} each way\n` +
      `  message's timestamp to searchable, ms   ${withTail(searchable)}\n` +
      `  from there to its event read, ms        ${withTail(told)}\n` +
      `  by a call, until its answer, ms         ${withTail(answered)}\n` +
      `  over Kafka in times of a call           ${show(ratios(searchable, answered))}\n`,
  );
}

function withTail(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const p95 = sorted[Math.ceil(0.95 * sorted.length) - 1] ?? Number.NaN;
  return `${show(spread(values), 0)}, p95 ${p95.toFixed(0)}`;
}
