/** Writes one line of JSON for each call: facts first, then a sentence in lower case. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
  fatal(facts: object, message: string): void;
  /** A logger that adds these facts to every line. */
  child(facts: object): Logger;
}

/** How the work on one clip ended. */
export interface ClipOutcome {
  readonly outcome: 'done' | 'failed';
  /** Our error code; for a failed clip. */
  readonly errorCode?: string;
  readonly processingMs: number;
  /** Length of the video that was looked at; 0 where it could not be read. */
  readonly videoMs: number;
}

export interface TemplateCounts {
  readonly enrolled: number;
  /** Enrolled or not. */
  readonly total: number;
}

/** What the other folders tell of their work, through callbacks; times are in milliseconds. */
export interface Metrics {
  /** `clipid.v1.SearchService/SearchFaces`, `OK`. */
  rpcServed(method: string, code: string, durationMs: number): void;
  clipFinished(outcome: ClipOutcome): void;
  framesDecoded(count: number): void;
  facesFound(count: number): void;
  /** One of a fixed set of stages: `decode`, `detect`, `embed`, ... */
  stageFinished(stage: string, durationMs: number): void;
  indexSearched(durationMs: number): void;
  messagesConsumed(topic: string, count: number): void;
  /** `errorCode` only where the message could not be processed. */
  messageProcessed(topic: string, durationMs: number, errorCode?: string): void;
  messagesSent(topic: string, count: number): void;
  /** A clip is tried again later. */
  clipRetried(errorCode: string): void;
  deadLettered(errorCode: string): void;
  groupRebalanced(group: string): void;
  /** From the timestamp of the message or call to the moment when the clip's people can be found. */
  clipSearchable(durationMs: number): void;
  /** Messages behind the group's committed offset; null takes a partition that is another's away. */
  setLag(topic: string, partition: number, messages: number | null): void;
  /** Age of the oldest clip that waits; 0 where none does. Asked whenever metrics are read. */
  watchOldest(ageMs: () => number): void;
  /** Asked whenever metrics are read. */
  watchQueue(queue: string, length: () => number): void;
  watchTemplates(count: () => TemplateCounts): void;
  setBuild(version: string, bundleId: string): void;
  /** What the networks run on, and why that. */
  setProvider(provider: string, reason: string): void;
  /** A batch of `pictures` went to a GPU; its first one had waited so long. */
  batchRun(network: string, pictures: number, waitedMs: number): void;
  /** Everything in Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}
