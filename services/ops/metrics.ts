import { collectDefaultMetrics, Registry } from 'prom-client';
import { createMetricSet, type MetricSet } from './metric-set.js';
import type { ClipOutcome, Metrics, TemplateCounts } from './port.js';

const MESSAGING_SYSTEM = 'kafka';

/** What is asked only when metrics are read: a gauge holds what was true at its last reading. */
class Watched {
  readonly queues = new Map<string, () => number>();
  templates: (() => TemplateCounts) | undefined;
  oldestMs: (() => number) | undefined;

  read(set: MetricSet): void {
    for (const [queue, length] of this.queues) set.queue.set({ queue }, length());
    if (this.oldestMs !== undefined) set.oldest.set(this.oldestMs() / 1000);
    const counts = this.templates?.();
    if (counts === undefined) return;
    set.templates.set({ kind: 'enrolled' }, counts.enrolled);
    set.templates.set({ kind: 'unknown' }, counts.total - counts.enrolled);
  }
}

function finishClip(
  set: MetricSet,
  { outcome, errorCode = '', processingMs, videoMs }: ClipOutcome,
) {
  set.clips.inc({ outcome, error_type: errorCode });
  set.clipWork.observe({ outcome }, processingMs / 1000);
  set.video.inc(videoMs / 1000);
}

function setLag(set: MetricSet, topic: string, partition: number, messages: number | null): void {
  const labels = {
    messaging_destination_name: topic,
    messaging_destination_partition_id: String(partition),
  };
  if (messages === null) set.lag.remove(labels);
  else set.lag.set(labels, messages);
}

/** Metrics in a registry of their own, with those of the process and its event loop. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const set = createMetricSet(registry);
  const watched = new Watched();
  const kafka = (topic: string) => ({
    messaging_system: MESSAGING_SYSTEM,
    messaging_destination_name: topic,
  });
  return {
    contentType: registry.contentType,
    rpcServed: (method, code, durationMs) =>
      set.rpc.observe(
        { rpc_system_name: 'grpc', rpc_method: method, rpc_response_status_code: code },
        durationMs / 1000,
      ),
    clipFinished: (outcome) => finishClip(set, outcome),
    framesDecoded: (count) => set.frames.inc(count),
    facesFound: (count) => set.faces.inc(count),
    stageFinished: (stage, durationMs) => set.stage.observe({ stage }, durationMs / 1000),
    indexSearched: (durationMs) => set.indexSearch.observe(durationMs / 1000),
    messagesConsumed: (topic, count) => set.messages.inc(kafka(topic), count),
    messageProcessed: (topic, durationMs, errorCode = '') =>
      set.messageWork.observe({ ...kafka(topic), error_type: errorCode }, durationMs / 1000),
    messagesSent: (topic, count) => set.sent.inc(kafka(topic), count),
    clipRetried: (errorCode) => set.retries.inc({ error_type: errorCode }),
    deadLettered: (errorCode) => set.deadLetters.inc({ error_type: errorCode }),
    groupRebalanced: (group) => set.rebalances.inc({ messaging_consumer_group_name: group }),
    clipSearchable: (durationMs) => set.searchable.observe(durationMs / 1000),
    setLag: (topic, partition, messages) => setLag(set, topic, partition, messages),
    watchOldest: (ageMs) => void (watched.oldestMs = ageMs),
    watchQueue: (queue, length) => void watched.queues.set(queue, length),
    watchTemplates: (count) => void (watched.templates = count),
    setBuild: (version, bundleId) => set.build.set({ version, bundle: bundleId }, 1),
    setProvider: (provider, reason) => set.provider.set({ provider, reason }, 1),
    batchRun: (network, pictures, waitedMs) => {
      set.batch.observe({ network }, pictures);
      set.batchWait.observe({ network }, waitedMs / 1000);
    },
    text: async () => {
      watched.read(set);
      return registry.metrics();
    },
  };
}
