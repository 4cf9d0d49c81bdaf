import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Properties } from './properties.js';
import { runProgram } from './run-program.js';

/** What the brokers ask of clients. Between each other they speak plainly, on loopback. */
export interface KafkaSecurity {
  /** With a certificate of their own making, for localhost and 127.0.0.1. */
  readonly tls?: boolean;
  /** Name to password; with any, SASL is demanded: PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 alike. */
  readonly users?: Readonly<Record<string, string>>;
}

export interface Certificate {
  readonly keystore: string;
  readonly password: string;
  /** What clients have to trust. */
  readonly pem: string;
}

const SCRAM = ['SCRAM-SHA-256', 'SCRAM-SHA-512'];
const KEYTOOL_LIMIT_MS = 60_000;

export function isSasl(security: KafkaSecurity): boolean {
  return Object.keys(security.users ?? {}).length > 0;
}

/** The clients' listener in Kafka's words. */
export function protocolOf(security: KafkaSecurity): string {
  const tls = security.tls === true ? 'SSL' : 'PLAINTEXT';
  return isSasl(security) ? `SASL_${tls}` : tls;
}

export function tlsProperties(certificate: Certificate): Properties {
  return {
    'listener.name.clients.ssl.keystore.type': 'PKCS12',
    'listener.name.clients.ssl.keystore.location': certificate.keystore,
    'listener.name.clients.ssl.keystore.password': certificate.password,
    'listener.name.clients.ssl.key.password': certificate.password,
  };
}

export function saslProperties(security: KafkaSecurity): Properties {
  const users = usersOf(security).map(([name, password]) => ` user_${name}="${password}"`);
  const modules = 'org.apache.kafka.common.security';
  const scram = `${modules}.scram.ScramLoginModule required;`;
  return {
    'listener.name.clients.sasl.enabled.mechanisms': ['PLAIN', ...SCRAM].join(','),
    'listener.name.clients.plain.sasl.jaas.config': `${modules}.plain.PlainLoginModule required${users.join('')};`,
    'listener.name.clients.scram-sha-256.sasl.jaas.config': scram,
    'listener.name.clients.scram-sha-512.sasl.jaas.config': scram,
  };
}

/** The users as the storage tool takes them; one salt for all nodes, so that all write the same. */
export function scramArguments(security: KafkaSecurity): readonly string[] {
  const salt = randomBytes(24).toString('base64');
  return usersOf(security).flatMap(([name, password]) =>
    SCRAM.flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${name},iterations=4096,salt="${salt}",password=${password}]`,
    ]),
  );
}

function usersOf(security: KafkaSecurity): readonly [string, string][] {
  const users = Object.entries(security.users ?? {});
  const odd = users.flat().find((word) => !/^[A-Za-z0-9_-]+$/.test(word));
  if (odd === undefined) return users;
  throw new Error(`users: names and passwords are letters, digits, _ and - here, not ${odd}`);
}

/** keytool comes with every Java. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const keystore = path.join(folder, 'broker.p12');
  const pem = path.join(folder, 'broker.pem');
  const password = randomBytes(12).toString('hex');
  const store = ['-keystore', keystore, '-storepass', password, '-alias', 'broker'];
  const name = ['-dname', 'CN=localhost', '-ext', 'san=dns:localhost,ip:127.0.0.1'];
  const key = ['-storetype', 'PKCS12', '-keyalg', 'EC', '-groupname', 'secp256r1'];
  const made = ['-genkeypair', ...store, ...key, ...name, '-validity', '2'];
  await runProgram('keytool', made, KEYTOOL_LIMIT_MS);
  await runProgram('keytool', ['-exportcert', '-rfc', ...store, '-file', pem], KEYTOOL_LIMIT_MS);
  return { keystore, password, pem: await readFile(pem, 'utf8') };
}
