import { describe, expect, it } from 'vitest';
import { EXIT, fail, runFake } from './fakes.js';

describe('the command line', () => {
  it('explains itself: commands, examples and exit codes', async () => {
    const { exitCode, results } = await runFake(['--help']);
    const text = results.join('\n');
    expect(exitCode).toBe(EXIT.ok);
    for (const command of ['serve', 'enroll', 'ingest', 'search', 'gallery', 'models', 'demo']) {
      expect(text).toContain(`  ${command}`);
    }
    expect(text).toContain('clipid enroll anna anna.jpg');
    expect(text).toMatch(/Exit codes:\n +0 +done/);
  });

  it.each(['serve', 'enroll', 'ingest', 'search', 'gallery', 'identity', 'models', 'demo'])(
    'explains %s',
    async (command) => {
      const { exitCode, results } = await runFake([command, '--help']);
      expect(exitCode).toBe(EXIT.ok);
      expect(results.join('\n')).toContain(`Usage: clipid ${command}`);
    },
  );

  it('knows its version', async () => {
    const { exitCode, results } = await runFake(['--version']);
    expect(exitCode).toBe(EXIT.ok);
    expect(results[0]).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it.each([
    ['an unknown command', ['inspect']],
    ['an unknown option', ['ingest', 'a.mp4', '--speed', '3']],
    ['a missing argument', ['enroll', 'anna']],
    ['a number out of bounds', ['ingest', 'a.mp4', '--fps', '61']],
    ['what is not a number', ['search', 'a.jpg', '--max-matches', 'many']],
    ['--server beside --data', ['ingest', 'a.mp4', '--server', 'h:1', '--data', 'd']],
    ['a deletion without --yes', ['gallery', 'delete', 'staff']],
    ['two probes', ['search', 'a.jpg', '--identity', 'anna']],
    ['no probe', ['search']],
  ])('refuses %s with the exit code for usage', async (_name, args) => {
    const { exitCode, results, notes, opened } = await runFake(args);
    expect(exitCode).toBe(EXIT.usage);
    expect(results).toEqual([]);
    expect(notes.join('\n')).not.toBe('');
    expect(opened).toEqual([]);
  });

  it.each([
    ['GALLERY_NOT_FOUND', EXIT.notFound],
    ['IDENTITY_NOT_FOUND', EXIT.notFound],
    ['DATA_LOCKED', EXIT.unavailable],
    ['UNAVAILABLE', EXIT.unavailable],
    ['FIELD_INVALID', EXIT.usage],
    ['STORE_FAILED', EXIT.failed],
    ['CANCELLED', EXIT.interrupted],
  ] as const)('ends with its own exit code after %s', async (code, expected) => {
    const { exitCode, notes, closed } = await runFake(['gallery', 'show', 'staff'], {
      getGallery: () => fail(code, 'It went wrong.'),
    });
    expect(exitCode).toBe(expected);
    expect(notes[0]).toMatch(/^clipid: It went wrong\./);
    expect(notes[0]?.split('\n').length).toBeLessThanOrEqual(2);
    expect(closed).toBe(1);
  });

  it('shows the stack with --debug only', async () => {
    const calls = { getGallery: () => fail('INTERNAL', 'broken') };
    const plain = await runFake(['gallery', 'show', 'x'], calls);
    const debug = await runFake(['--debug', 'gallery', 'show', 'x'], calls);
    expect(plain.notes.join('\n')).not.toContain('    at ');
    expect(debug.notes.join('\n')).toContain('    at ');
  });

  it('connects where it is told to', async () => {
    const calls = { listGalleries: () => ({ galleries: [], nextPageToken: '' }) };
    const remote = await runFake(['gallery', 'list', '--server', 'host:50051'], calls);
    const local = await runFake(['gallery', 'list', '--data', 'there'], calls);
    expect(remote.opened[0]).toMatchObject({ server: 'host:50051' });
    expect(local.opened[0]).toMatchObject({ data: 'there' });
  });

  it('asks nothing after an interrupt', async () => {
    const { exitCode } = await runFake(['gallery', 'show', 'x'], {}, AbortSignal.abort());
    expect(exitCode).toBe(EXIT.interrupted);
  });
});
