import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startService } from '../../services/compose.js';
import { loadConfig } from '../../services/config.js';

function put(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'somebody put this here');
  return path;
}

it('invariant 6: a start removes what a killed process left, and nothing that is not ours', async () => {
  const data = mkdtempSync(join(tmpdir(), 'clipid-test-'));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const picture = put(join(data, '.clipid-temporary', 'clipid-1'));
  const others = [put(join(data, 'tmp', 'mine')), put(join(data, 'notes'))];
  const service = await startService({
    config: loadConfig({ data, logLevel: 'silent', visionWorkers: 1 }),
    grpcAddress: `unix:${join(data, 'socket')}`,
    httpAddress: null,
    watch: null,
  });
  await service.close();
  expect(existsSync(picture)).toBe(false);
  expect(others.map((path) => existsSync(path))).toEqual([true, true]);
});
