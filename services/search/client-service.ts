import type { Client } from '@grpc/grpc-js';
import type { DeepPartial } from '../gen/clipid/v1/common.js';
import { callUnary, type CallSettings, type UnaryMethod } from './client-calls.js';

type RequestOf<Method> = Method extends { requestSerialize: (value: infer Request) => Buffer }
  ? Request
  : never;
type ResponseOf<Method> = Method extends { responseDeserialize: (value: Buffer) => infer Response }
  ? Response
  : never;

/** The calls of a service as promises; fields that are left out of a request are empty. */
export type Calls<Service> = {
  readonly [Name in keyof Service]: (
    request: DeepPartial<RequestOf<Service[Name]>>,
    settings?: CallSettings,
  ) => Promise<ResponseOf<Service[Name]>>;
};

/** The request message of each method, which can fill in what a caller left out. */
export type RequestsOf<Service> = {
  readonly [Name in keyof Service]: {
    fromPartial(object: DeepPartial<RequestOf<Service[Name]>>): RequestOf<Service[Name]>;
  };
};

type AnyService = Readonly<Record<string, UnaryMethod<never, unknown>>>;

/** One method with its types forgotten: inside the loop they cannot be told apart. */
interface Erased {
  readonly name: string;
  readonly method: UnaryMethod<unknown, unknown>;
  readonly request: { fromPartial(object: unknown): unknown };
}

/** Makes the calls of one service; `requests` has the same names as `service`. */
export function callsOf<Service extends AnyService>(
  client: Client,
  service: Service,
  requests: RequestsOf<Service>,
  defaultDeadlineMs: number,
): Calls<Service> {
  const calls = Object.keys(service).map((name) => {
    const erased = { name, method: service[name], request: requests[name] } as unknown as Erased;
    return [name, callOf(client, erased, defaultDeadlineMs)] as const;
  });
  return Object.fromEntries(calls) as unknown as Calls<Service>;
}

function callOf(client: Client, { method, request }: Erased, defaultDeadlineMs: number) {
  return (fields: unknown, settings: CallSettings = {}): Promise<unknown> =>
    callUnary(client, method, request.fromPartial(fields), {
      deadlineMs: settings.deadlineMs ?? defaultDeadlineMs,
      signal: settings.signal,
    });
}
