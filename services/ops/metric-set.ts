import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Bucket bounds in seconds: OpenTelemetry's for calls, longer ones for the work on a clip. */
const CALL_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const WORK_BUCKETS_S = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800];
const SEARCH_BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
const BATCH_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128];

/** All metrics of ours, registered. Names: OpenTelemetry's where they exist, else clipid_<what>_<unit>. */
export function createMetricSet(registry: Registry) {
  const registers = [registry];
  const counter = <Label extends string = never>(
    name: string,
    help: string,
    labels: Label[] = [],
  ) => new Counter({ name, help, labelNames: labels, registers });
  const gauge = <Label extends string = never>(name: string, help: string, labels: Label[] = []) =>
    new Gauge({ name, help, labelNames: labels, registers });
  const histogram = <Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labels: Label[] = [],
  ) => new Histogram({ name, help, buckets, labelNames: labels, registers });
  return {
    rpc: histogram('rpc_server_call_duration_seconds', 'Duration of gRPC calls.', CALL_BUCKETS_S, [
      'rpc_system_name',
      'rpc_method',
      'rpc_response_status_code',
    ]),
    messages: counter('messaging_client_consumed_messages_total', 'Messages taken from a topic.', [
      'messaging_system',
      'messaging_destination_name',
    ]),
    messageWork: histogram(
      'messaging_process_duration_seconds',
      'Duration of the work on one message.',
      WORK_BUCKETS_S,
      ['messaging_system', 'messaging_destination_name', 'error_type'],
    ),
    sent: counter('messaging_client_sent_messages_total', 'Messages that brokers acknowledged.', [
      'messaging_system',
      'messaging_destination_name',
    ]),
    retries: counter(
      'clipid_clip_retries_total',
      'Times that clips were put off to be tried again.',
      ['error_type'],
    ),
    deadLetters: counter('clipid_dead_letters_total', 'Messages that came to no result.', [
      'error_type',
    ]),
    rebalances: counter(
      'clipid_kafka_rebalances_total',
      'Times that a group shared out its partitions anew.',
      ['messaging_consumer_group_name'],
    ),
    lag: gauge(
      'clipid_kafka_lag_messages',
      'Messages behind the committed offset, of our partitions.',
      ['messaging_destination_name', 'messaging_destination_partition_id'],
    ),
    oldest: gauge('clipid_oldest_waiting_clip_seconds', 'Age of the oldest clip that waits.'),
    searchable: histogram(
      'clipid_clip_searchable_seconds',
      'From the message or call that submitted a clip to when its people can be found.',
      WORK_BUCKETS_S,
    ),
    clips: counter('clipid_clips_total', 'Clips whose work ended.', ['outcome', 'error_type']),
    clipWork: histogram(
      'clipid_clip_processing_seconds',
      'Duration of the work on one clip.',
      WORK_BUCKETS_S,
      ['outcome'],
    ),
    video: counter('clipid_video_seconds_total', 'Length of the video that was looked at.'),
    frames: counter('clipid_frames_total', 'Frames that were looked at.'),
    faces: counter('clipid_faces_total', 'Faces that were found in frames.'),
    stage: histogram('clipid_stage_seconds', 'Duration of one run of a stage.', WORK_BUCKETS_S, [
      'stage',
    ]),
    indexSearch: histogram(
      'clipid_index_search_seconds',
      'Duration of one search in the index.',
      SEARCH_BUCKETS_S,
    ),
    queue: gauge('clipid_queue_depth_items', 'Items that wait in a bounded queue.', ['queue']),
    templates: gauge('clipid_templates_items', 'Templates in all galleries.', ['kind']),
    provider: gauge('clipid_vision_provider_info', 'Always 1; what the networks run on, and why.', [
      'provider',
      'reason',
    ]),
    batch: histogram(
      'clipid_vision_batch_faces',
      'Pictures that a batch on a GPU held; without what was filled up.',
      BATCH_BUCKETS,
      ['network'],
    ),
    batchWait: histogram(
      'clipid_vision_batch_wait_seconds',
      'How long the first picture of a batch waited for others.',
      SEARCH_BUCKETS_S,
      ['network'],
    ),
    build: gauge('clipid_build_info', 'Always 1; what is running.', ['version', 'bundle']),
  };
}

export type MetricSet = ReturnType<typeof createMetricSet>;
