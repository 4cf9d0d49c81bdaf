import { ClipidError, toClipidError } from '../../../core/errors.js';
import type { SourceMessage } from '../../../core/source-message.js';
import type { ClipJob, ClipTracks } from '../../../core/types.js';
import type { SubmitClip } from '../../../identify/port.js';
import { decodeSubmission } from '../../messages/decode-submission.js';
import { readDelivery, type Delivery } from '../../messages/retry-record.js';
import { expired, gaveUp, remedyFor } from '../../trouble.js';
import { checkUnpacked } from '../codecs/unreadable.js';
import type { KafkaMeter } from '../meter.js';
import {
  emptyDelivery,
  jobOf,
  wholeSubmission,
  type Ended,
  type Outcomes,
  type WholeSubmission,
} from './outcome.js';
import type { OutRecord } from './transactions.js';

export interface WorkDeps {
  readonly extract: (job: ClipJob, signal: AbortSignal) => Promise<ClipTracks>;
  readonly outcomes: Outcomes;
  readonly meter: KafkaMeter;
  readonly isRetryTopic: (topic: string) => boolean;
  readonly maxAttempts: number;
  readonly framesPerSecond: number;
  readonly now: () => number;
}

export interface WorkContext {
  /** Starts of the work on this message that never came to an end, as their processes died. */
  readonly deaths: number;
  /** Writes down that the work begins, and sends the news of it. */
  readonly begin: (news: readonly OutRecord[]) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * One message through the first stage, to the records that leave because of it. Throws CANCELLED when
 * told to stop, and what stops the whole process.
 */
export class MessageWork {
  constructor(private readonly deps: WorkDeps) {}

  async run(message: SourceMessage, context: WorkContext): Promise<OutRecord[]> {
    const { outcomes, meter, now } = this.deps;
    let delivery = emptyDelivery(message);
    let request: SubmitClip;
    try {
      checkUnpacked(message);
      delivery = readDelivery(message, this.deps.isRetryTopic(message.topic));
      request = decodeSubmission(delivery.message);
    } catch (thrown) {
      const error = toClipidError(thrown);
      meter.deadLettered(error.code);
      return outcomes.unreadable(delivery, error, now());
    }
    return this.workOn(delivery, wholeSubmission(request, this.deps.framesPerSecond), context);
  }

  private async workOn(
    delivery: Delivery,
    submission: WholeSubmission,
    context: WorkContext,
  ): Promise<OutRecord[]> {
    const begunMs = this.deps.now();
    const attempts = delivery.attempts + context.deaths + 1;
    const ended = (): Ended => {
      return { delivery, submission, begunMs, endedMs: this.deps.now(), attempts };
    };
    try {
      this.checkWanted(submission, attempts);
      await context.begin(attempts === 1 ? this.deps.outcomes.accepted(ended()) : []);
      const tracks = await this.deps.extract(jobOf(submission), context.signal);
      return this.deps.outcomes.found(ended(), tracks);
    } catch (thrown) {
      context.signal.throwIfAborted();
      return this.fail(ended(), toClipidError(thrown));
    }
  }

  private checkWanted({ notAfterMs }: WholeSubmission, attempts: number): void {
    if (notAfterMs !== undefined && this.deps.now() > notAfterMs) throw expired(notAfterMs);
    if (attempts > this.deps.maxAttempts) throw gaveUp(attempts - 1);
  }

  private fail(ended: Ended, error: ClipidError): OutRecord[] {
    const { outcomes, meter, maxAttempts } = this.deps;
    const { topic } = ended.delivery.message;
    const remedy = remedyFor(error, ended.attempts, maxAttempts);
    if (remedy === 'STOP') throw error;
    if (remedy === 'RETRY') {
      meter.retried(topic, error.code);
      return outcomes.again(ended, error);
    }
    if (remedy === 'FAIL') meter.deadLettered(error.code);
    return outcomes.failed(ended, error);
  }
}
