interface OfTopic {
  readonly active: Set<object>;
  readonly waiting: Set<object>;
}

/**
 * How many messages of each topic are taken and not finished. Those that wait to be tried again are
 * counted apart, so that they hold nobody up until there are very many.
 */
export class Room {
  private readonly topics = new Map<string, OfTopic>();

  constructor(
    private readonly maxActive: number,
    private readonly maxWaiting: number,
  ) {}

  isThere(topic: string): boolean {
    const { active, waiting } = this.of(topic);
    return active.size < this.maxActive && waiting.size < this.maxWaiting;
  }

  enter(message: { readonly topic: string }): void {
    this.leave(message);
    this.of(message.topic).active.add(message);
  }

  wait(message: { readonly topic: string }): void {
    this.leave(message);
    this.of(message.topic).waiting.add(message);
  }

  leave(message: { readonly topic: string }): void {
    const { active, waiting } = this.of(message.topic);
    active.delete(message);
    waiting.delete(message);
  }

  get total(): number {
    let total = 0;
    for (const { active, waiting } of this.topics.values()) total += active.size + waiting.size;
    return total;
  }

  private of(topic: string): OfTopic {
    const known = this.topics.get(topic);
    if (known !== undefined) return known;
    const fresh = { active: new Set<object>(), waiting: new Set<object>() };
    this.topics.set(topic, fresh);
    return fresh;
  }
}
