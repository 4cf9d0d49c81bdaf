import { expect, it } from 'vitest';
import { ClipidError } from '../../../services/core/errors.js';
import { createLogger, type LogLevel } from '../../../services/ops/logger.js';

function logged(
  level: LogLevel,
  write: (logger: ReturnType<typeof createLogger>) => void,
): unknown[] {
  const lines: string[] = [];
  write(createLogger({ level, destination: { write: (line) => void lines.push(line) } }));
  return lines.map((line): unknown => JSON.parse(line));
}

it('writes one line of JSON with level, time, facts and sentence', () => {
  const lines = logged('info', (logger) => {
    logger.debug({}, 'too quiet');
    logger.child({ clip: 'c' }).info({ tracks: 2 }, 'clip done');
  });
  expect(lines).toEqual([
    { level: 'info', time: expect.any(String) as unknown, clip: 'c', tracks: 2, msg: 'clip done' },
  ]);
});

it('cuts out vectors, pictures and secrets', () => {
  const [line] = logged('info', (logger) =>
    logger.info({ embedding: [0.25], probe: { image: 'abc', kind: 'image' } }, 'search'),
  );
  expect(line).toMatchObject({ embedding: '[cut]', probe: { image: '[cut]', kind: 'image' } });
});

it('writes an error with its code and its cause', () => {
  const err = new ClipidError('STORE_FAILED', 'disk full', { cause: new Error('ENOSPC') });
  const [line] = logged('error', (logger) => logger.error({ err }, 'write failed'));
  expect(JSON.stringify(line)).toContain('STORE_FAILED');
  expect(JSON.stringify(line)).toContain('ENOSPC');
});

it('is silent when told to be', () => {
  expect(logged('silent', (logger) => logger.fatal({}, 'nobody hears'))).toEqual([]);
});
