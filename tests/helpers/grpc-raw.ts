import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { Metadata, type Client } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';

const asIs = (bytes: Buffer): Buffer => bytes;

/** The length-delimited fields of a message, by number. */
function fieldsOf(bytes: Uint8Array): Map<number, Uint8Array[]> {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, Uint8Array[]>();
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (type !== WireType.LengthDelimited) reader.skip(type);
    else fields.set(number, [...(fields.get(number) ?? []), reader.bytes()]);
  }
  return fields;
}

/** One question to grpc.reflection.v1, and the bytes of its answer. */
function reflect(client: Client, field: number, text: string): Promise<Uint8Array> {
  const path = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
  const request = new BinaryWriter().tag(field, WireType.LengthDelimited).string(text).finish();
  const stream = client.makeBidiStreamRequest(path, asIs, asIs, new Metadata());
  return new Promise((resolve, reject) => {
    stream.on('data', resolve);
    stream.on('error', reject);
    stream.write(Buffer.from(request));
    stream.end();
  });
}

/** Names of the services that reflection lists. */
export async function reflectedServices(client: Client): Promise<string[]> {
  const list = fieldsOf(await reflect(client, 7, '*')).get(6)?.[0] ?? Buffer.alloc(0);
  const services = fieldsOf(list).get(1) ?? [];
  return services.map((service) => Buffer.from(fieldsOf(service).get(1)?.[0] ?? []).toString());
}

/** FileDescriptorProtos of the file that declares a symbol and of what it imports. */
export async function reflectedFiles(client: Client, symbol: string): Promise<Uint8Array[]> {
  const answer = fieldsOf(await reflect(client, 4, symbol)).get(4)?.[0] ?? Buffer.alloc(0);
  return fieldsOf(answer).get(1) ?? [];
}

/** `SERVING`, `NOT_SERVING`, ... of grpc.health.v1 Check. */
export function checkHealth(client: Client, service: string): Promise<unknown> {
  return healthCall(client, 'Check', { service }).then(({ status }) => status);
}

/** Every service's state by grpc.health.v1 List. */
export async function listHealth(client: Client): Promise<Record<string, unknown>> {
  const { statuses } = await healthCall(client, 'List', {});
  const entries = Object.entries(statuses as Record<string, { status: unknown }>);
  return Object.fromEntries(entries.map(([name, { status }]) => [name, status]));
}

function healthCall(
  client: Client,
  name: string,
  request: object,
): Promise<Record<string, unknown>> {
  const method = healthService[name];
  if (method === undefined) throw new Error(`the health service has no ${name}`);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest<object, object>(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      (failure, answer) => {
        if (failure === null) resolve({ ...answer });
        else reject(failure);
      },
    );
  });
}

/** Collects what grpc.health.v1 Watch says, until the stream ends. */
export function watchHealth(client: Client, service: string): unknown[] {
  const method = healthService['Watch'];
  if (method === undefined) throw new Error('the health service has no Watch');
  const seen: unknown[] = [];
  const { path, requestSerialize, responseDeserialize } = method;
  const stream = client.makeServerStreamRequest<object, { status: unknown }>(
    path,
    requestSerialize,
    responseDeserialize as (bytes: Buffer) => { status: unknown },
    { service },
  );
  stream.on('data', ({ status }: { status: unknown }) => seen.push(status));
  stream.on('error', () => seen.push('ENDED'));
  return seen;
}
