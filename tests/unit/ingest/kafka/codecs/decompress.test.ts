import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KINDS } from './compressed.js';

const LIMIT = 4 * 2 ** 20;

describe.each(KINDS)('$name', ({ decompress, compress }) => {
  it('gives back what was compressed', async () => {
    const text = Buffer.from('who is in this clip? '.repeat(10_000));
    for (const bytes of [text, randomBytes(100_000), Buffer.from('a')])
      expect((await decompress(compress(bytes), LIMIT)).equals(bytes)).toBe(true);
  });

  it('invariant 8: grows to the limit and not beyond, and names it', async () => {
    // Of lz4 one block less, as the size of the last one is not known before.
    const most = Buffer.alloc(LIMIT - 64 * 1024);
    expect(await decompress(compress(most), LIMIT)).toHaveLength(most.length);
    const bomb = compress(Buffer.alloc(16 * LIMIT));
    await expect(decompress(bomb, LIMIT)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining(String(LIMIT)) as string,
    });
  });

  it('refuses what is damaged, by an error of ours', async () => {
    const whole = compress(randomBytes(200_000));
    const ours = expect.objectContaining({ name: 'ClipidError' }) as Error;
    await expect(decompress(whole.subarray(0, 150_000), LIMIT)).rejects.toThrow(ours);
    await expect(decompress(randomBytes(50), LIMIT)).rejects.toThrow(ours);
    await expect(decompress(Buffer.alloc(0), LIMIT)).rejects.toThrow(ours);
  });

  it('never fails otherwise, whatever byte is wrong', async () => {
    const whole = compress(Buffer.from('to and fro '.repeat(500)));
    for (let i = 0; i < 1000; i++) {
      const wrong = Buffer.from(whole);
      wrong[i % wrong.length] = randomBytes(1)[0] ?? 0;
      const outcome = await decompress(wrong, LIMIT).catch((error: unknown) => error);
      const isOurs = outcome instanceof Error ? outcome.name === 'ClipidError' : true;
      expect(isOurs).toBe(true);
    }
  });
});
