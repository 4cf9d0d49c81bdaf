/** One partition of one topic. */
export interface Partition {
  readonly topic: string;
  readonly partition: number;
}

/** For maps and sets; no topic has a blank in its name. */
export function partitionKey({ topic, partition }: Partition): string {
  return `${topic} ${partition}`;
}
