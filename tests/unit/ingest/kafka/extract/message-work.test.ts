import { describe, expect, it } from 'vitest';
import { ClipidError, ERROR_CODES, type ErrorCode } from '../../../../../services/core/errors.js';
import type { SourceMessage } from '../../../../../services/core/source-message.js';
import { ClipStatusEvent } from '../../../../../services/gen/clipid/v1/events.js';
import {
  MessageWork,
  type WorkContext,
} from '../../../../../services/ingest/kafka/extract/message-work.js';
import { Outcomes } from '../../../../../services/ingest/kafka/extract/outcome.js';
import type { OutRecord } from '../../../../../services/ingest/kafka/extract/transactions.js';
import { decodePart } from '../../../../../services/ingest/messages/extracted-part.js';
import { joinParts } from '../../../../../services/ingest/messages/extracted.js';
import { readDelivery } from '../../../../../services/ingest/messages/retry-record.js';
import { remedyFor } from '../../../../../services/ingest/trouble.js';
import { person, tracksOf } from '../../../identify/second-stage.js';
import { sourceMessage, submitted } from '../../messages/a-message.js';
import { NO_METER } from '../fake-reader.js';

const NOW = 1_790_000_000_000;
const TOPICS = {
  ...{ clips: 'clips', priority: null, retries: ['retry1', 'retry2'], retryWaitsMs: [1000, 2000] },
  ...{ deadLetters: 'dlq', identifications: 'ids', status: 'status', tracks: 'tracks' },
  gallery: 'gallery',
};
const message = sourceMessage({ topic: 'clips', key: Buffer.from('k') });

interface Asked {
  readonly deaths?: number;
  readonly signal?: AbortSignal;
  readonly isUnreadable?: boolean;
  readonly fails?: Error;
}

/** Runs a message whose first stage ends like this; `begun` counts what was written down. */
async function run(one: SourceMessage, asked: Asked = {}) {
  const counted = { begun: 0, extracted: 0 };
  const work = new MessageWork({
    extract: (job) => {
      counted.extracted++;
      if (asked.fails !== undefined) return Promise.reject(asked.fails);
      return Promise.resolve(tracksOf(job.clipId, person(0)));
    },
    outcomes: new Outcomes(TOPICS, { host: 'h', version: '1' }),
    meter: NO_METER,
    isRetryTopic: (topic) => TOPICS.retries.includes(topic),
    ...{ maxAttempts: 3, framesPerSecond: 4, now: () => NOW },
  });
  const context: WorkContext = {
    deaths: asked.deaths ?? 0,
    begin: () => {
      counted.begun++;
      return Promise.resolve();
    },
    signal: asked.signal ?? new AbortController().signal,
  };
  return { records: await work.run(one, context), ...counted };
}

const topicsOf = (records: readonly OutRecord[]): string[] => records.map((one) => one.topic);
const failing = (code: ErrorCode) => ({ fails: new ClipidError(code, `${code}.`) });
const late = () => ({ notAfter: { seconds: NOW / 1000 - 1, nanos: 0 } });

function outcomeOf(records: readonly OutRecord[]) {
  const parts = records.filter((one) => one.topic === 'tracks');
  return joinParts(parts.map((one) => decodePart(one.value ?? Buffer.of()).content));
}

/** The same message as it comes from a retry topic after so many attempts. */
async function comesBack(from: SourceMessage = message): Promise<SourceMessage> {
  const { records } = await run(from, failing('CLIP_UNREACHABLE'));
  const retry = records.find(({ topic }) => TOPICS.retries.includes(topic));
  if (retry === undefined) throw new Error(`no retry: ${topicsOf(records).join()}`);
  return { ...retry, partition: 0, offset: 1, timestampMs: NOW };
}

describe('MessageWork', () => {
  it('writes down that it begins, then makes the tracks of what was found', async () => {
    const { records, begun } = await run(message);
    expect({ topics: topicsOf(records), begun }).toEqual({ topics: ['tracks'], begun: 1 });
    const result = outcomeOf(records);
    expect(result).toMatchObject({ attempts: 1, source: { offset: 42 } });
    expect(result.outcome).toMatchObject({ kind: 'tracks', tracks: { clipId: 'c' } });
  });

  it.each(ERROR_CODES.map((code) => [code, remedyFor(new ClipidError(code, ''), 1, 3)] as const))(
    '%s: %s',
    async (code, remedy) => {
      if (remedy === 'STOP') {
        await expect(run(message, failing(code))).rejects.toMatchObject({ code });
        return;
      }
      const { records } = await run(message, failing(code));
      const wanted = { RETRY: ['retry1', 'status'], FAIL: ['tracks', 'dlq'], SKIP: ['tracks'] };
      expect(topicsOf(records)).toEqual(wanted[remedy]);
      if (remedy !== 'RETRY')
        expect(outcomeOf(records).outcome).toMatchObject({ kind: 'error', code });
    },
  );

  it('tries again by the topics of longer and longer waits, and then gives up', async () => {
    const second = await comesBack();
    const third = await comesBack(second);
    expect([second.topic, third.topic]).toEqual(['retry1', 'retry2']);
    const { attempts, notBeforeMs } = readDelivery(third, true);
    expect({ attempts, wait: notBeforeMs - NOW > 1400 }).toEqual({ attempts: 2, wait: true });
    const { records } = await run(third, failing('CLIP_UNREACHABLE'));
    expect(topicsOf(records)).toEqual(['tracks', 'dlq']);
    expect(outcomeOf(records)).toMatchObject({ attempts: 3, source: message });
  });

  it('tells of the clip that it is tried again, and when', async () => {
    const { records } = await run(message, failing('MODEL_FAILED'));
    const status = records.find(({ topic }) => topic === 'status');
    const event = ClipStatusEvent.decode(status?.value ?? Buffer.of());
    expect(event).toMatchObject({ clipId: 'c', attempts: 1, error: { code: 'MODEL_FAILED' } });
    expect(event.nextAttemptTime?.seconds).toBeGreaterThanOrEqual(NOW / 1000);
  });

  it('does not even begin what is too late, or took too many processes with it', async () => {
    const expired = await run({ ...message, value: submitted(late()) });
    expect(outcomeOf(expired.records).outcome).toMatchObject({ code: 'CLIP_EXPIRED' });
    expect({ topics: topicsOf(expired.records), begun: expired.begun }).toEqual({
      topics: ['tracks'],
      begun: 0,
    });
    const deadly = await run(message, { deaths: 3 });
    expect(topicsOf(deadly.records)).toEqual(['tracks', 'dlq']);
    expect([deadly.begun, deadly.extracted]).toEqual([0, 0]);
  });

  it('counts the deaths of processes as attempts', async () => {
    const { records } = await run(message, { deaths: 2, ...failing('CLIP_UNREACHABLE') });
    expect(topicsOf(records)).toEqual(['tracks', 'dlq']);
    expect(outcomeOf(records).attempts).toBe(3);
  });

  it('makes nothing but a dead letter of what cannot be read', async () => {
    const broken = { ...message, value: Buffer.from('no message') };
    const { records, extracted } = await run(broken);
    expect({ topics: topicsOf(records), extracted }).toEqual({ topics: ['dlq'], extracted: 0 });
    expect(records[0]?.value).toEqual(broken.value);
    const forged = await run({ ...message, topic: 'retry1' });
    expect(topicsOf(forged.records)).toEqual(['dlq']);
  });

  it('leaves no result when it is told to stop, whatever the error is then', async () => {
    const stop = new AbortController();
    const fails = new ClipidError('CLIP_UNREADABLE', 'ffmpeg was killed');
    const running = run(message, { signal: stop.signal, fails });
    stop.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });
});
