import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { manifestJsonSchema } from '../../../services/models/manifest-schema.js';
import { manifestSchema } from '../../../services/models/manifest.js';
import { fixtureManifest } from './bundle-fixture.js';

const FILE = new URL('../../../docs/manifest.schema.json', import.meta.url);
const AGAIN =
  'docs/manifest.schema.json is out of date. Make it again: npx tsx services/models/' +
  'manifest-schema.ts | npx prettier --parser json > docs/manifest.schema.json';

describe('docs/manifest.schema.json', () => {
  it('is what the manifest schema gives', async () => {
    const published: unknown = JSON.parse(await readFile(FILE, 'utf8'));
    expect(published, AGAIN).toEqual(manifestJsonSchema());
  });

  it('has every definition that it refers to', () => {
    const text = JSON.stringify(manifestJsonSchema());
    const names = [...text.matchAll(/"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name);
    const { $defs } = manifestJsonSchema();
    expect(new Set(names)).toEqual(new Set(Object.keys($defs as object)));
    expect(names).toContain('pixelInput');
  });

  it.each([
    ['a chip of another size', { aligner: { ...fixtureManifest().aligner, sizePx: 160 } }],
    ['no landmarks', { landmarks: undefined }],
    ['a mean of another dimension', { postprocess: { mean: [1], lift: 0 } }],
    ['thresholds the wrong way round', { calibration: { matched: 0, uncertain: 1, note: '' } }],
    ['a name of capitals', { name: 'A' }],
  ])('has in words the rule that refuses %s', (_, change) => {
    const issue = manifestSchema.safeParse({ ...fixtureManifest(), ...change }).error?.issues[0];
    expect(issue?.message).toBeTruthy();
    expect(JSON.stringify(manifestJsonSchema())).toContain(
      JSON.stringify(issue?.message).slice(1, -1),
    );
  });
});
