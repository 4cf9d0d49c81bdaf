import kafkajs, { type ICustomPartitioner, type ProducerBatch, type RecordMetadata } from 'kafkajs';
import { ClipidError } from '../../core/errors.js';

interface Sender {
  sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]>;
}

/**
 * Sends a batch and sees to it that all of it was. When a leader dies in the middle of a batch and its
 * partitions go to a broker that has answered for others already, kafkajs takes that answer for all,
 * leaves the rest out and says that everything was sent. So the partitions that were chosen are
 * compared with those that were answered for. For one producer, one batch at a time.
 */
export class CompleteSend {
  private readonly chosen = new Set<string>();

  /** For the producer whose batches it sends: the usual choice, remembered. */
  readonly createPartitioner: ICustomPartitioner = () => {
    const choose = kafkajs.Partitioners.DefaultPartitioner();
    return (args) => {
      const partition = choose(args);
      this.chosen.add(`${args.topic} ${partition}`);
      return partition;
    };
  };

  /** Throws UNAVAILABLE where a part was left out, and whatever the sender throws. */
  async send(sender: Sender, batch: ProducerBatch): Promise<void> {
    this.chosen.clear();
    const answered = await sender.sendBatch(batch);
    for (const { topicName, partition } of answered)
      this.chosen.delete(`${topicName} ${partition}`);
    if (this.chosen.size === 0) return;
    const message = `Kafka took a part of a batch alone, as a leader changed: ${[...this.chosen].join(', ')} are sent again.`;
    throw new ClipidError('UNAVAILABLE', message);
  }
}
