import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../services/cli/exit-codes.js';
import type { Calibrated } from '../../services/cli/models/calibration-text.js';
import { loadConfig } from '../../services/config.js';
import { similarityAt } from '../../services/core/calibration.js';
import { loadBundle } from '../../services/models/load.js';
import { parseManifest } from '../../services/models/manifest.js';
import { prepareDefaultBundle } from '../../services/models/prepare.js';
import { writeAlignedPeople } from '../helpers/aligned-people.js';
import { runFake } from '../unit/cli/fakes.js';

/** Enough that templates of 1, 2, 4 and 8 faces make a thousand pairs. */
const EACH = 32;
let root = '';
let people = '';
/** A copy, named by its folder: the machine's own bundle is not to be touched. */
let bundle = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'clipid-calibrate-'));
  [people, bundle] = [join(root, 'people'), join(root, 'bundle')];
  await writeAlignedPeople(people, EACH);
  const prepared = await prepareDefaultBundle(join(loadConfig({}, {}).models, 'default'));
  await cp(prepared.folder, bundle, { recursive: true });
});
afterAll(() => rm(root, { recursive: true }));

const calibrate = (...args: readonly string[]) =>
  runFake(['models', 'calibrate', bundle, '--people', people, ...args]);
const manifestText = () => readFile(join(bundle, 'manifest.json'), 'utf8');

describe('clipid models calibrate', () => {
  it('measures, and writes nothing when told not to', async () => {
    const before = await manifestText();
    const ended = await calibrate('--dry-run', '--json');
    expect(ended.exitCode).toBe(EXIT.ok);
    const { calibration } = JSON.parse(ended.results[0] ?? '') as Calibrated;
    expect(calibration.curve?.genuinePairs).toBeGreaterThan(0);
    expect(await manifestText()).toBe(before);
  });

  it('gives the bundle a curve and targets, and leaves its id as it is', async () => {
    const { bundleId } = await loadBundle(bundle);
    const ended = await calibrate('--target-fpr', '0.001', '--uncertain-fpr', '0.02');
    expect(ended.exitCode).toBe(EXIT.ok);
    expect(ended.results.join('\n')).toContain('enrolled templates');
    const after = await loadBundle(bundle);
    expect(after.bundleId).toBe(bundleId);
    const { curve, targets, matched, isOwn } = after.manifest.calibration;
    expect(targets).toEqual({ matched: 0.001, uncertain: 0.02 });
    expect(matched).toBe(similarityAt(curve?.points ?? [], 2.5e-3));
    expect(isOwn).toBe(true);
  });

  it('is kept by the default bundle when that is prepared again', async () => {
    const before = await manifestText();
    await prepareDefaultBundle(bundle);
    expect(await manifestText()).toBe(before);
    expect(parseManifest(before, 'manifest.json').calibration.curve).toBeDefined();
  });

  it('refuses targets in the wrong order, and a folder of too few people', async () => {
    const order = await calibrate('--target-fpr', '0.1', '--uncertain-fpr', '0.01');
    expect(order.exitCode).toBe(EXIT.usage);
    expect(order.notes.join('\n')).toContain('--uncertain-fpr');
    const few = join(root, 'few');
    await cp(join(people, 'person-0'), join(few, 'one'), { recursive: true });
    await cp(join(people, 'person-1'), join(few, 'two'), { recursive: true });
    const ended = await runFake(['models', 'calibrate', bundle, '--people', few]);
    expect(ended.exitCode).not.toBe(EXIT.ok);
    expect(ended.notes.join('\n')).toContain('needs 5 people');
  });
});
