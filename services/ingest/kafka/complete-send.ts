import kafkajs, { type ICustomPartitioner, type ProducerBatch, type RecordMetadata } from 'kafkajs';
import { ClipidError } from '../../core/errors.js';

interface Sender {
  sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]>;
}

/**
 * Sends a batch and sees to it that all of it was. kafkajs tries a batch again by brokers, not by
 * partitions, which goes wrong where a leader dies in the middle of it and its partitions move:
 *
 * - to a broker that has answered for others already: its answer is taken for all, the rest is left out,
 *   and it is said that everything was sent. So the partitions that were chosen are compared with those
 *   that were answered for.
 * - to a broker that is asked again: what the dead one had written and answered for is written once more,
 *   under numbers that the broker takes for new records. Such a partition is answered for twice. Whoever
 *   reads knows events by their ids; a transaction must not hold them (`once`).
 *
 * For one producer, one batch at a time.
 */
export class CompleteSend {
  private readonly chosen = new Set<string>();

  /** once: refuses a batch of which a part was written twice; it is the transaction's to be aborted. */
  constructor(private readonly options: { readonly once: boolean } = { once: false }) {}

  /** For the producer whose batches it sends: the usual choice, remembered. */
  readonly createPartitioner: ICustomPartitioner = () => {
    const choose = kafkajs.Partitioners.DefaultPartitioner();
    return (args) => {
      const partition = choose(args);
      this.chosen.add(`${args.topic} ${partition}`);
      return partition;
    };
  };

  /** Throws UNAVAILABLE where a part was left out or written twice, and whatever the sender throws. */
  async send(sender: Sender, batch: ProducerBatch): Promise<void> {
    this.chosen.clear();
    const answers = await sender.sendBatch(batch);
    const answered = answers.map(({ topicName, partition }) => `${topicName} ${partition}`);
    for (const place of answered) this.chosen.delete(place);
    if (this.chosen.size > 0) throw left([...this.chosen]);
    const twice = answered.filter((place, i) => answered.indexOf(place) < i);
    if (this.options.once && twice.length > 0) throw doubled(twice);
  }
}

function left(places: readonly string[]): ClipidError {
  const message = `Kafka took a part of a batch alone, as a leader changed: ${places.join(', ')} are sent again.`;
  return new ClipidError('UNAVAILABLE', message);
}

function doubled(places: readonly string[]): ClipidError {
  const message = `Kafka took a part of a batch twice, as a leader changed: ${places.join(', ')}; it is taken back.`;
  return new ClipidError('UNAVAILABLE', message);
}
