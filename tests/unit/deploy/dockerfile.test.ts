import { validate } from 'dockerfile-utils';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runFake } from '../cli/fakes.js';
import { DEPLOY, read } from './compose-files.js';

const ROOT = new URL('../', DEPLOY);
const dockerfile = read('Dockerfile');
/** With the lines that a backslash continues made one. */
const lines = dockerfile.replaceAll(/\\\n\s*/g, '').split('\n');

function wordsAfter(instruction: string): string[][] {
  const own = lines.filter((line) => line.startsWith(`${instruction} `));
  return own.map((line) => line.split(' ').slice(1));
}

/** What COPY takes from the repository, without what it takes from other stages. */
const copied = wordsAfter('COPY').flatMap((words) =>
  words[0]?.startsWith('--') ? [] : words.slice(0, -1),
);

describe('deploy/Dockerfile', () => {
  it('has no faults that a linter finds', () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  it('copies what is there and what .dockerignore lets through', () => {
    const passing = read('Dockerfile.dockerignore').match(/(?<=^!).+/gm);
    expect(new Set(copied)).toEqual(new Set(passing));
    for (const path of copied) expect(existsSync(new URL(path, ROOT)), path).toBe(true);
  });

  it('takes files only from stages that there are', () => {
    const stages = wordsAfter('FROM').map((words) => words.at(-1) ?? '');
    const sources = [...dockerfile.matchAll(/--from=(\S+)/g)].map(([, stage]) => stage);
    expect(sources.length).toBeGreaterThan(3);
    for (const stage of sources) expect(stages).toContain(stage);
  });

  it.each(['cpu', 'gpu'])('has every stage of the variant %s', (variant) => {
    const stages = wordsAfter('FROM').map((words) => words.at(-1));
    const chosen = wordsAfter('FROM').filter(([image]) => image?.includes('${VARIANT}'));
    expect(chosen).toHaveLength(2);
    for (const [image] of chosen) expect(stages).toContain(image?.replace('${VARIANT}', variant));
  });

  it('starts what package.json calls clipid, as nobody in particular', async () => {
    const { bin } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
      bin: Record<string, string>;
    };
    expect(dockerfile).toContain(`ln -s /app/${bin['clipid'] ?? ''} /usr/local/bin/clipid`);
    expect(wordsAfter('ENTRYPOINT')).toEqual([['["clipid"]']]);
    expect(wordsAfter('USER')).toEqual([['10001:10001']]);
    const help = (await runFake(['models', 'prepare', '--help'])).results.join('\n');
    expect(help).toContain('Usage: clipid models prepare');
  });
});
