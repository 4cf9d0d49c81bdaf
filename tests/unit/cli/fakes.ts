import { EXIT, type ExitCode } from '../../../services/cli/exit-codes.js';
import type { Context } from '../../../services/cli/context.js';
import { runCli } from '../../../services/cli/program.js';
import type { Target } from '../../../services/cli/session.js';
import { ClipidError } from '../../../services/core/errors.js';
import { Clip, ClipState } from '../../../services/gen/clipid/v1/clip.js';
import type { ClipidClient } from '../../../services/search/client.js';

/** What a command printed, and how it ended. */
export interface Ended {
  readonly exitCode: ExitCode;
  readonly results: readonly string[];
  readonly notes: readonly string[];
  /** The targets that connections were asked for. */
  readonly opened: readonly Target[];
  readonly closed: number;
}

/** Calls by name; a call that a test did not expect fails it. */
export type FakeCalls = Readonly<Record<string, (request: never) => unknown>>;

/** A client whose services all answer from `calls`; each records nothing, the test does. */
export function fakeClient(calls: FakeCalls): ClipidClient {
  const service = new Proxy(
    {},
    {
      get: (_target, name) => (request: never) => {
        const call = calls[String(name)];
        if (call === undefined)
          return Promise.reject(new Error(`unexpected call: ${String(name)}`));
        return Promise.resolve().then(() => call(request));
      },
    },
  );
  const nothing = { waitForReady: () => Promise.resolve(), close: () => undefined };
  const services = { galleries: service, identities: service, clips: service, search: service };
  return { ...services, ...nothing } as unknown as ClipidClient;
}

/** Runs the command line against a fake. */
export async function runFake(
  args: readonly string[],
  calls: FakeCalls = {},
  signal = new AbortController().signal,
): Promise<Ended> {
  const ended = {
    results: [] as string[],
    notes: [] as string[],
    opened: [] as Target[],
    closed: 0,
  };
  const context: Context = {
    terminal: {
      result: (line) => void ended.results.push(line),
      note: (line) => void ended.notes.push(line),
      showsProgress: false,
      columns: 100,
    },
    signal,
    open: (target) => {
      ended.opened.push({ ...target });
      const close = (): Promise<void> => {
        ended.closed++;
        return Promise.resolve();
      };
      return Promise.resolve({ client: fakeClient(calls), close });
    },
  };
  return { ...ended, exitCode: await runCli(args, context), closed: ended.closed };
}

export function fail(code: ClipidError['code'], message = code as string): never {
  throw new ClipidError(code, message);
}

/** A clip in a state, as a server tells of it. */
export function clipIn(state: ClipState, fields: Partial<Clip> = {}): Clip {
  return Clip.fromPartial({ galleryId: 'default', clipId: 'clip-1', state, ...fields });
}

export { EXIT };
