import { connect, type ClipidClient } from '../../services/search/client.js';
import { startGrpcServer, type GrpcServer } from '../../services/search/server.js';
import type { CallLogger } from '../../services/search/unary.js';
import { Health } from '../../services/ops/health.js';
import { FakeApplication } from './grpc-application.js';

export interface LogLine {
  readonly facts: object;
  readonly message: string;
}

/** A server of ours on the fake application, and a client of it. */
export interface RunningServer {
  readonly application: FakeApplication;
  readonly server: GrpcServer;
  readonly client: ClipidClient;
  readonly health: Health;
  readonly log: LogLine[];
  readonly calls: [method: string, code: string, durationMs: number][];
  stop(): Promise<void>;
}

export interface ServerSettings {
  readonly address?: string;
  readonly maxMessageBytes?: number;
  readonly maxCalls?: number;
  readonly drainMs?: number;
}

function logInto(log: LogLine[]): CallLogger {
  const write = (facts: object, message: string): void => void log.push({ facts, message });
  return { debug: write, info: write, warn: write, error: write };
}

export async function runServer(settings: ServerSettings = {}): Promise<RunningServer> {
  const application = new FakeApplication();
  const health = new Health();
  health.started();
  const log: LogLine[] = [];
  const calls: RunningServer['calls'] = [];
  const server = await startGrpcServer({
    address: settings.address ?? '127.0.0.1:0',
    application,
    readiness: health,
    maxMessageBytes: settings.maxMessageBytes ?? 20_000_000,
    ...(settings.maxCalls === undefined ? {} : { maxCalls: settings.maxCalls }),
    drainMs: settings.drainMs ?? 200,
    logger: logInto(log),
    onCall: (...call) => void calls.push(call),
  });
  const client = connect(server.address, { deadlineMs: 10_000 });
  const stop = async (): Promise<void> => {
    client.close();
    await server.close();
  };
  return { application, server, client, health, log, calls, stop };
}

/** What a promise rejects with; fails when it resolves. */
export async function rejection(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (thrown) {
    return thrown;
  }
  throw new Error('it did not reject');
}
