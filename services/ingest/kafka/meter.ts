/** Told of the work on messages; times in milliseconds. */
export interface KafkaMeter {
  taken(topic: string): void;
  /** `errorCode` where no result came of it. */
  finished(topic: string, durationMs: number, errorCode?: string): void;
  retried(topic: string, errorCode: string): void;
  deadLettered(errorCode: string): void;
  /** The group shared out its partitions anew. */
  rebalanced(groupId: string): void;
  sent(topic: string, count: number): void;
}
