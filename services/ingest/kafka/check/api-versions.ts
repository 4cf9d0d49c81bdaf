import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import kafkajs from 'kafkajs';
import { tlsOptions } from '../client.js';
import type { KafkaConnection } from '../connection.js';

/** Of each of Kafka's calls, by its number, the versions that a broker speaks. */
export type ApiRanges = ReadonlyMap<number, { readonly least: number; readonly most: number }>;

/** The only call that needs no login. */
const API_VERSIONS = 18;
const LIMIT_MS = 5000;
const MOST_BYTES = 64 * 1024;
/** Before the list: correlation id, error code. */
const LIST_AT = 6;

/**
 * Asks a broker what it speaks, over a connection of its own: kafkajs does so, too, and keeps the
 * answer to itself. `broker` is host:port. Throws KafkaJSConnectionError.
 */
export async function askApiVersions(
  connection: KafkaConnection,
  broker: string,
): Promise<ApiRanges> {
  const socket = open(connection.tls, broker);
  try {
    socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error('it does not answer')));
    await once(socket, connection.tls === null ? 'connect' : 'secureConnect');
    socket.write(request(connection.clientId));
    return parse(await answer(socket));
  } catch (error) {
    const { message, code = '' } = error as NodeJS.ErrnoException;
    throw new kafkajs.KafkaJSConnectionError(`${broker}: ${message}`, { broker, code });
  } finally {
    socket.destroy();
  }
}

/** `[::1]:9092` as well. */
function open(tls: KafkaConnection['tls'], broker: string): Socket {
  const colon = broker.lastIndexOf(':');
  const host = broker.slice(0, colon).replace(/^\[|\]$/g, '');
  const port = Number(broker.slice(colon + 1));
  if (!(port > 0 && port < 65_536)) throw new Error(`${broker} is not host:port`);
  return tls === null ? connectPlain(port, host) : connectTls({ host, port, ...tlsOptions(tls) });
}

/** Version 0, which every broker answers. */
function request(clientId: string): Buffer {
  const name = Buffer.from(clientId);
  const head = Buffer.alloc(14);
  head.writeInt32BE(10 + name.length, 0);
  head.writeInt16BE(API_VERSIONS, 4);
  head.writeInt16BE(name.length, 12);
  return Buffer.concat([head, name]);
}

/** Without the length in front. */
async function answer(socket: Socket): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    const wanted = bytes.length < 4 ? 4 : 4 + bytes.readInt32BE(0);
    if (wanted < 4 + LIST_AT || wanted > MOST_BYTES) break;
    if (bytes.length >= wanted) return bytes.subarray(4, wanted);
  }
  throw new Error('what answers there is no Kafka broker, or wants TLS');
}

function parse(bytes: Buffer): ApiRanges {
  const count = bytes.readInt32BE(LIST_AT);
  const ranges = new Map<number, { least: number; most: number }>();
  for (let i = 0; i < count; i++) {
    const at = LIST_AT + 4 + 6 * i;
    const least = bytes.readInt16BE(at + 2);
    ranges.set(bytes.readInt16BE(at), { least, most: bytes.readInt16BE(at + 4) });
  }
  return ranges;
}
