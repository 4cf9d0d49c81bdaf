import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig, variableName } from '../../../services/config.js';
import { settingNames } from '../../../services/settings/groups.js';
import { KAFKA_RELEASES } from '../../helpers/kafka/jars.js';
import { runFake } from '../cli/fakes.js';
import {
  clipidCommands,
  DEPLOY,
  read,
  services,
  subcommandOf,
  wholeService,
} from './compose-files.js';

const FILES = ['compose.yaml', 'cluster.yaml'];
const everyService = FILES.flatMap((file) =>
  Object.keys(services(file)).map((name) => [file, name] as const),
);
const ofClipid = everyService.filter(([file, name]) =>
  wholeService(file, name).image?.startsWith('clipid:'),
);
/** What closing may take beyond CLIPID_GRACE_SECONDS. */
const CLOSE_SECONDS = 15;

describe('the compose files', () => {
  it('are these, with these services', () => {
    expect(everyService.map((names) => names.join(' '))).toEqual([
      ...['broker', 'topics', 'clipid', 'sample'].map((name) => `compose.yaml ${name}`),
      ...['broker', 'topics', 'gallery', 'extract', 'sample'].map((name) => `cluster.yaml ${name}`),
    ]);
    expect(ofClipid).toHaveLength(everyService.length - FILES.length);
  });

  it.each(ofClipid)('give %s: %s settings that a process starts with', (file, name) => {
    const config = loadConfig({}, wholeService(file, name).environment);
    expect(config.kafkaBrokers).toEqual(['broker:19092']);
  });

  it.each(ofClipid)('run in %s: %s commands that there are', async (file, name) => {
    const commands = clipidCommands(wholeService(file, name));
    expect(commands).not.toEqual([]);
    for (const words of commands) {
      const flags = words.filter((word) => word.startsWith('--'));
      const named = subcommandOf(words);
      const help = (await runFake([...named, '--help'])).results.join('\n');
      expect(help).toContain(`Usage: clipid ${named.join(' ')} `);
      for (const flag of flags) expect(help).toContain(`${flag} `);
    }
  });

  it.each(ofClipid)('let %s: %s do no more than it must', (file, name) => {
    expect(wholeService(file, name)).toMatchObject({
      user: '10001:10001',
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      tmpfs: ['/tmp'],
    });
  });

  it('give a process more time to stop than it takes', () => {
    const stop = parseInt(wholeService('compose.yaml', 'clipid').stop_grace_period ?? '', 10);
    expect(stop).toBeGreaterThan(loadConfig({}, {}).graceSeconds + CLOSE_SECONDS);
  });

  it('ask for readiness where a process stays', () => {
    const stays = ofClipid.filter(([, name]) => !['topics', 'sample'].includes(name));
    expect(stays).toHaveLength(3);
    for (const [file, name] of stays) {
      const { healthcheck } = wholeService(file, name);
      expect(healthcheck?.test).toEqual(['CMD', 'node', '/app/deploy/probe.js', '/readyz']);
    }
  });

  it('take the release of Kafka that the tests run on', () => {
    const { image } = wholeService('compose.yaml', 'broker');
    expect(image).toBe(`apache/kafka:${KAFKA_RELEASES['4']}`);
  });
});

describe('deploy/', () => {
  it.each(readdirSync(DEPLOY))('names in %s only settings that there are', (file) => {
    const known = settingNames().map(variableName);
    const named = read(file).match(/CLIPID_[A-Z_]+/g) ?? [];
    expect(named.filter((variable) => !known.includes(variable))).toEqual([]);
  });
});
