import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { loadConfig, variableName } from '../../../services/config.js';
import { GROUPS, settingNames, settingsOf } from '../../../services/settings/groups.js';
import { packageFolder } from '../../../services/settings/package-folder.js';
import { configurationMarkdown, environmentFile } from '../../../services/settings/reference.js';

const AGAIN = 'is out of date: run `make docs` and commit what it writes.';

function pathOf(file: string): string {
  return fileURLToPath(new URL(`../../../${file}`, import.meta.url));
}

describe('docs/configuration.md', () => {
  it('is what the settings give', async () => {
    const filepath = pathOf('docs/configuration.md');
    const options = { ...(await resolveConfig(filepath)), filepath };
    const published = await readFile(filepath, 'utf8');
    expect(published, `docs/configuration.md ${AGAIN}`).toBe(
      await format(configurationMarkdown(), options),
    );
  });

  it('has every setting once, in a row of its own', () => {
    const rows = [...configurationMarkdown().matchAll(/^\| `(CLIPID_\w+)` /gm)];
    expect(rows.map(([, variable]) => variable).sort()).toEqual(
      settingNames().map(variableName).sort(),
    );
  });

  it.each([
    ['CLIPID_GRACE_SECONDS', 'whole number, 0 to 600', '`20`'],
    ['CLIPID_GPUS', 'list of whole numbers, 0 to 63', '`0`'],
    ['CLIPID_KAFKA_BROKERS', 'list of texts', 'none'],
    ['CLIPID_ROLE', '`all`, `extract`, `gallery`', '`all`'],
    ['CLIPID_KAFKA_TLS', '`true` or `false`', '`false`'],
    ['CLIPID_HTTP_ADDRESS', 'host:port, for example 127.0.0.1:8080', '`127.0.0.1:8080`'],
    ['CLIPID_MODELS', 'text', '`var/models` in the package'],
    ['CLIPID_VISION_WORKERS', 'whole number, 1 to 64', 'the cores, at most 8'],
  ])('says what %s may be and is', (variable, values, fallback) => {
    expect(configurationMarkdown()).toContain(`| \`${variable}\` | ${values} | ${fallback} |`);
  });
});

describe('deploy/clipid.env', () => {
  it('is what the settings give', async () => {
    const published = await readFile(pathOf('deploy/clipid.env'), 'utf8');
    expect(published, `deploy/clipid.env ${AGAIN}`).toBe(environmentFile());
  });

  it('has every setting once, with a default that loads to the same', () => {
    const given = [...environmentFile().matchAll(/^#(CLIPID_\w+)=(.*)$/gm)];
    expect(given.map(([, variable]) => variable).sort()).toEqual(
      settingNames().map(variableName).sort(),
    );
    const env: NodeJS.ProcessEnv = {};
    for (const [, variable, value] of given) env[variable ?? ''] = value;
    expect(loadConfig({}, env)).toEqual(loadConfig({}, {}));
  });

  it('changes nothing as it is, and is the same on every machine', () => {
    const lines = environmentFile().split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
    expect(environmentFile()).not.toContain(packageFolder());
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

it('puts every setting into one group', () => {
  expect(GROUPS.flatMap(settingsOf).sort()).toEqual(settingNames().sort());
});
