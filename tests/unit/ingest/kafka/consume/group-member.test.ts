import { createRequire } from 'node:module';
import type { Kafka } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GroupMember } from '../../../../../services/ingest/kafka/consume/group-member.js';

const load = createRequire(import.meta.url);
type ErrorClass = new (...args: unknown[]) => Error;
const errors = load('kafkajs/src/errors.js') as Readonly<Record<string, ErrorClass>>;

/** An error as kafkajs throws it. */
function error(name: string, ...args: unknown[]): Error {
  const Class = errors[name];
  if (Class === undefined) throw new Error(`kafkajs has no ${name}`);
  return new Class(...args);
}

const noCoordinator = () => error('KafkaJSGroupCoordinatorNotFound', 'No coordinator');
const refused = () =>
  error('KafkaJSProtocolError', { type: 'GROUP_AUTHORIZATION_FAILED', message: 'Refused' });
const corrupt = () =>
  error('KafkaJSProtocolError', { type: 'CORRUPT_MESSAGE', message: 'Bad CRC' });

/** A consumer of kafkajs that does nothing by itself: a test says what happens to it. */
class FakeConsumer {
  readonly events = new Proxy({}, { get: (_, name) => String(name) });
  runs = 0;
  isRunning = false;
  readonly calls: string[] = [];
  private readonly listeners = new Map<string, (event: object) => void>();

  on(name: string, listener: (event: object) => void): void {
    this.listeners.set(name, listener);
  }

  tell(name: string, payload: object = {}): void {
    this.listeners.get(name)?.({ payload });
  }

  join(): void {
    this.tell('GROUP_JOIN', { memberAssignment: { t: [0] } });
  }

  crash(thrown: Error): void {
    this.isRunning = false;
    this.tell('CRASH', { error: thrown, restart: false });
  }

  connect = (): Promise<void> => Promise.resolve();
  subscribe = (): Promise<void> => Promise.resolve();

  run(): Promise<void> {
    this.runs++;
    this.isRunning = true;
    return Promise.resolve();
  }

  seek({ offset }: { readonly offset: string }): void {
    if (!this.isRunning)
      throw error('KafkaJSNonRetriableError', 'Consumer group was not initialized');
    this.calls.push(`seek ${offset}`);
  }

  commitOffsets(): Promise<void> {
    if (!this.isRunning)
      return Promise.reject(
        error('KafkaJSNonRetriableError', 'Consumer group was not initialized'),
      );
    this.tell('COMMIT_OFFSETS');
    return Promise.resolve();
  }

  disconnect(): Promise<void> {
    this.isRunning = false;
    return Promise.resolve();
  }
}

async function started(sessionMs = 6000) {
  const consumer = new FakeConsumer();
  const told: string[] = [];
  const kafka = { consumer: () => consumer } as unknown as Kafka;
  const options = { groupId: 'g', topics: ['t'], sessionMs };
  const member = new GroupMember(kafka, options, {
    joined: () => told.push('joined'),
    batch: () => undefined,
    state: (isJoined) => told.push(isJoined ? 'in' : 'out'),
    failed: ({ code, message }) => told.push(`${code} ${message}`),
  });
  await member.start();
  return { consumer, told, member };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('GroupMember, what kafkajs gives up or would try for ever', () => {
  it('joins again after what passes, though kafkajs would not', async () => {
    const { consumer, told } = await started();
    for (let crash = 0; crash < 20; crash++) {
      consumer.crash(noCoordinator());
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(consumer.runs).toBe(21);
    expect(new Set(told)).toEqual(new Set(['out']));
  });

  it('fails at once where a broker refuses, also where kafkajs would try again', async () => {
    const { consumer, told } = await started();
    consumer.join();
    const { message } = refused();
    consumer.crash(error('KafkaJSNumberOfRetriesExceeded', refused(), {}));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(consumer.runs).toBe(1);
    expect(told.slice(0, 2)).toEqual(['joined', 'out']);
    expect(told[2]).toContain(message);
    expect(told[2]).toMatch(/^BROKER_FAILED .*CLIPID_KAFKA_GROUP/);
  });

  it('fails where it breaks down again and again soon after it has joined', async () => {
    const { consumer, told } = await started();
    for (let crash = 0; crash < 5; crash++) {
      consumer.join();
      await vi.advanceTimersByTimeAsync(5000);
      consumer.crash(corrupt());
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(consumer.runs).toBe(5);
    expect(told.at(-1)).toMatch(/^BROKER_FAILED Reading broke down again and again.*Bad CRC/);
  });

  it('does not join again once it was stopped, whatever happens then', async () => {
    const { consumer, told, member } = await started();
    consumer.crash(noCoordinator());
    await member.stop();
    consumer.crash(refused());
    consumer.join();
    await vi.advanceTimersByTimeAsync(60_000);
    expect({ runs: consumer.runs, told }).toEqual({ runs: 1, told: ['out'] });
  });
});

describe('GroupMember, between a crash and the next join', () => {
  const place = { topic: 't', partition: 0 };

  it('lets nobody go anywhere, and throws at nobody', async () => {
    const { consumer, member } = await started();
    consumer.isRunning = false;
    member.seek(place, 5);
    consumer.crash(noCoordinator());
    member.seek(place, 6);
    await vi.advanceTimersByTimeAsync(1000);
    member.seek(place, 7);
    expect(consumer.calls).toEqual(['seek 7']);
  });

  it('commits nothing, and says that this passes', async () => {
    const { consumer, member } = await started();
    const commit = () => member.commit([{ ...place, offset: 1 }]);
    await expect(commit()).resolves.toBeUndefined();
    consumer.isRunning = false;
    await expect(commit()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    consumer.crash(noCoordinator());
    await expect(commit()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('does not take it for committed where kafkajs did nothing', async () => {
    const { consumer, member } = await started();
    vi.spyOn(consumer, 'commitOffsets').mockResolvedValue();
    const commit = member.commit([{ ...place, offset: 1 }]);
    await expect(commit).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('tells of a right to commit that is not there', async () => {
    const { consumer, member } = await started();
    vi.spyOn(consumer, 'commitOffsets').mockRejectedValue(refused());
    const commit = member.commit([{ ...place, offset: 1 }]);
    await expect(commit).rejects.toMatchObject({ code: 'BROKER_FAILED' });
  });
});

describe('GroupMember, silent brokers', () => {
  it('tells when heartbeats are not answered, and when they are again', async () => {
    const { consumer, told } = await started();
    consumer.join();
    await vi.advanceTimersByTimeAsync(20_000);
    consumer.tell('HEARTBEAT');
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual(['joined', 'out', 'in']);
    consumer.tell('REBALANCING');
    await vi.advanceTimersByTimeAsync(20_000);
    consumer.join();
    expect(told).toEqual(['joined', 'out', 'in', 'out', 'joined']);
  });

  it.each([
    [6000, 5000],
    [30_000, 18_000],
  ])(
    'with a session of %i ms waits %i ms: three heartbeats, and 5 s at least',
    async (session, silence) => {
      const { consumer, told } = await started(session);
      consumer.join();
      await vi.advanceTimersByTimeAsync(silence - 1000);
      expect(told).toEqual(['joined']);
      await vi.advanceTimersByTimeAsync(1000);
      expect(told).toEqual(['joined', 'out']);
    },
  );
});
