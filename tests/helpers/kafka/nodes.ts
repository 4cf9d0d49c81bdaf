import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Broker, JAVA_OPTIONS, type BrokerFiles } from './broker.js';
import {
  nodeProperties,
  propertiesText,
  replicationProperties,
  TEST_PROPERTIES,
  type NodePorts,
  type Properties,
} from './properties.js';
import { runProgram } from './run-program.js';
import { saslProperties, scramArguments, tlsProperties } from './security.js';
import type { Certificate, KafkaSecurity } from './security.js';

const FORMAT_LIMIT_MS = 60_000;

/** Everything that is decided before the first process starts. */
export interface ClusterPlan {
  readonly folder: string;
  readonly jars: string;
  /** 22 characters: 16 bytes in base64url. */
  readonly clusterId: string;
  /** One per node; the index is the node's id. */
  readonly ports: readonly NodePorts[];
  readonly security: KafkaSecurity;
  readonly certificate: Certificate | undefined;
  /** Last word over everything that this helper sets. */
  readonly properties: Properties;
}

/** Writes the settings of all nodes and formats their storage; the index is the node's id. */
export async function makeNodes(plan: ClusterPlan): Promise<readonly Broker[]> {
  const scram = scramArguments(plan.security);
  const nodes = plan.ports.map((_, id) => filesOf(plan, id));
  return Promise.all(
    nodes.map(async (files, id) => {
      await writeFile(files.properties, propertiesText(allProperties(plan, id)), { mode: 0o600 });
      await format(plan, files, scram);
      return new Broker(files);
    }),
  );
}

/** Where a node keeps its partitions. */
export function dataFolderOf(folder: string, id: number): string {
  return path.join(folder, `node-${id}`);
}

function filesOf({ folder, jars }: ClusterPlan, id: number): BrokerFiles {
  const file = (ending: string) => path.join(folder, `node-${id}.${ending}`);
  return { jars, properties: file('properties'), log: file('log'), pid: file('pid') };
}

function allProperties(plan: ClusterPlan, id: number): Properties {
  const { ports, security, certificate } = plan;
  return {
    ...TEST_PROPERTIES,
    ...nodeProperties(id, ports, security),
    ...replicationProperties(ports.length),
    ...(certificate !== undefined && tlsProperties(certificate)),
    ...saslProperties(security),
    'log.dirs': dataFolderOf(plan.folder, id),
    ...plan.properties,
  };
}

/** Once per node, before it starts: KRaft serves from formatted storage only. */
async function format(
  plan: ClusterPlan,
  files: BrokerFiles,
  scram: readonly string[],
): Promise<void> {
  const tool = ['-cp', `${files.jars}/*`, 'kafka.tools.StorageTool'];
  // With =, for an id may begin with a dash.
  const what = ['format', `--cluster-id=${plan.clusterId}`, `--config=${files.properties}`];
  await runProgram('java', [...JAVA_OPTIONS, ...tool, ...what, ...scram], FORMAT_LIMIT_MS);
}
