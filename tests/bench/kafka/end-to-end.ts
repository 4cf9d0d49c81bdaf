import { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import type { KafkaAccess } from '../../helpers/kafka/connect.js';
import { inTurns, ratios, show, spread, timed } from '../measure.js';
import { withService } from '../service.js';
import { ClipEnds } from './clip-ends.js';
import { BY_CALLS, namedClips, overKafka, type Route } from './routes.js';
import { benchSingleClips } from './single-clips.js';

const ROUNDS = 5;
const CLIPS_PER_RUN = 24;

/** Clips through the whole service, by calls and over Kafka. */
export async function benchEndToEnd(access: KafkaAccess, paths: readonly string[]): Promise<void> {
  const topics = await ClipTopics.make(access);
  const ends = await ClipEnds.follow(topics.kafka, topics.names.identifications);
  try {
    const kafka = overKafka(topics, ends);
    await benchManyClips(paths, kafka);
    await benchSingleClips(paths.slice(0, 1), kafka, ends);
  } finally {
    await ends.close();
    await topics.close();
  }
}

interface Pass {
  readonly clipsPerSecond: number;
  /** Of all threads of this process: service, sender and reader. */
  readonly cpuMsPerClip: number;
}

async function benchManyClips(paths: readonly string[], kafka: Route): Promise<void> {
  const [byCalls = [], overIt = []] = await inTurns(
    ROUNDS,
    [BY_CALLS, kafka].map((route) => () => passOf(route, paths)),
  );
  const perSecond = (passes: readonly Pass[]) => passes.map((one) => one.clipsPerSecond);
  const cpuMs = (passes: readonly Pass[]) => show(spread(passes.map((one) => one.cpuMsPerClip)), 0);
  process.stdout.write(
    `\nClips a second, from the first one sent to the news of the last one: ${CLIPS_PER_RUN} clips of ` +
      `${paths.length} files at once, ${ROUNDS} rounds, each with an empty store\n` +
      `  by calls, without Kafka               ${show(spread(perSecond(byCalls)))}\n` +
      `  over Kafka                            ${show(spread(perSecond(overIt)))}\n` +
      `  share of what calls do                ${show(ratios(perSecond(overIt), perSecond(byCalls)))}\n` +
      `  processor time a clip by calls, ms    ${cpuMs(byCalls)}\n` +
      `  processor time a clip over Kafka, ms  ${cpuMs(overIt)}\n`,
  );
}

function passOf(route: Route, paths: readonly string[]): Promise<Pass> {
  return withService(route.settings, async (address) => {
    await route.ingest(address, namedClips(paths, paths.length));
    const clips = namedClips(paths, CLIPS_PER_RUN);
    const before = process.cpuUsage();
    const tookMs = await timed(() => route.ingest(address, clips));
    const { user, system } = process.cpuUsage(before);
    const cpuMsPerClip = (user + system) / 1000 / clips.length;
    return { clipsPerSecond: (1000 * clips.length) / tookMs, cpuMsPerClip };
  });
}
