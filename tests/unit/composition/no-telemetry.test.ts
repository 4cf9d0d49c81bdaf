import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const MAIN = resolve(import.meta.dirname, '../../../services/main.ts');

it('reports to nobody: before anything else is loaded the library is told so', async () => {
  const [first] = /^import .*$/m.exec(readFileSync(MAIN, 'utf8')) ?? [];
  expect(first).toBe("import './no-telemetry.js';");
  delete process.env['ORT_DISABLE_TELEMETRY'];
  await import('../../../services/no-telemetry.js');
  expect(process.env['ORT_DISABLE_TELEMETRY']).toBe('1');
});
