import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Broker } from './broker.js';
import type { KafkaCluster, KafkaOptions } from './cluster.js';
import type { KafkaAccess } from './connect.js';
import { KAFKA_RELEASES, kafkaJars, type KafkaLine } from './jars.js';
import { leaveLastWill, type LastWill } from './last-will.js';
import { dataFolderOf, makeNodes, type ClusterPlan } from './nodes.js';
import { freePorts, LOOPBACK } from './ports.js';
import type { NodePorts } from './properties.js';
import { waitUntilReady } from './ready.js';
import { makeCertificate, type KafkaSecurity } from './security.js';

/** A node that comes back hands its partitions over before it goes. */
const RESTART_GRACE_MS = 20_000;
/** Of three that end at once the last two wait in vain for a controller, and nobody needs the data. */
const END_GRACE_MS = 1_500;

/** Brokers that this process started. */
export class OwnCluster implements KafkaCluster {
  readonly brokers: KafkaAccess['brokers'];
  readonly ssl: KafkaAccess['ssl'];
  readonly sasl: KafkaAccess['sasl'];
  private nodes: readonly Broker[] = [];

  private constructor(
    private readonly plan: ClusterPlan,
    private readonly lastWill: LastWill,
  ) {
    this.brokers = plan.ports.map(({ clients }) => `${LOOPBACK}:${clients}`);
    this.ssl = plan.certificate && { ca: [plan.certificate.pem] };
    this.sasl = loginOf(plan.security);
  }

  static async start(options: KafkaOptions): Promise<OwnCluster> {
    const jars = await kafkaJars(options.version ?? lineOfEnvironment());
    const folder = mkdtempSync(path.join(tmpdir(), 'clipid-kafka-'));
    const lastWill = leaveLastWill(folder);
    try {
      const plan = await planCluster(folder, jars, options);
      const cluster = new OwnCluster(plan, lastWill);
      return await cluster.startNodes(plan);
    } catch (error) {
      await lastWill.execute();
      throw error;
    }
  }

  brokerPid(index: number): number {
    return this.node(index).pid;
  }

  killBroker(index: number): Promise<void> {
    return this.node(index).kill();
  }

  async restartBroker(index: number): Promise<void> {
    const node = this.node(index);
    await node.stop(RESTART_GRACE_MS);
    await node.start();
    await waitUntilReady(this, new Map([[index, node]]));
  }

  dataFolder(index: number): string {
    return dataFolderOf(this.plan.folder, index);
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop(END_GRACE_MS)));
    await this.lastWill.execute();
  }

  private async startNodes(plan: ClusterPlan): Promise<this> {
    this.nodes = await makeNodes(plan);
    await Promise.all(this.nodes.map((node) => node.start()));
    await waitUntilReady(this, new Map(this.nodes.entries()));
    return this;
  }

  private node(index: number): Broker {
    const node = this.nodes[index];
    if (node === undefined) throw new Error(`broker ${index} of ${this.nodes.length}`);
    return node;
  }
}

async function planCluster(
  folder: string,
  jars: string,
  options: KafkaOptions,
): Promise<ClusterPlan> {
  const security = options.security ?? {};
  return {
    folder,
    jars,
    clusterId: randomBytes(16).toString('base64url'),
    ports: await portsOf(options.nodes ?? 1),
    security,
    certificate: security.tls === true ? await makeCertificate(folder) : undefined,
    properties: options.properties ?? {},
  };
}

async function portsOf(nodes: number): Promise<readonly NodePorts[]> {
  const ports = await freePorts(3 * nodes);
  return Array.from({ length: nodes }, (_, id) => {
    const [clients = 0, internal = 0, controller = 0] = ports.slice(3 * id);
    return { clients, internal, controller };
  });
}

function loginOf({ users = {} }: KafkaSecurity): KafkaAccess['sasl'] {
  const [first] = Object.entries(users);
  return first && { username: first[0], password: first[1] };
}

function lineOfEnvironment(): KafkaLine {
  const line = process.env['KAFKA_VERSION'] ?? '4';
  if (Object.hasOwn(KAFKA_RELEASES, line)) return line as KafkaLine;
  const known = Object.keys(KAFKA_RELEASES).join(' or ');
  throw new Error(`KAFKA_VERSION is ${known}, not ${line}`);
}
