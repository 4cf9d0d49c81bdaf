import { describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { EXIT } from '../../../services/cli/exit-codes.js';
import { buried, idOf, type LetterLab } from '../../helpers/kafka/letter-lab.js';
import { runFake, type Ended } from '../../unit/cli/fakes.js';
import { submitted } from '../../unit/ingest/messages/a-message.js';

const access = inject('sharedKafka');

/** `clipid dlq` on the topics of a lab, as the environment names them. */
function dlq(lab: LetterLab, ...args: readonly string[]): Promise<Ended> {
  const { clips, priority, deadLetters } = lab.topics;
  vi.stubEnv('CLIPID_KAFKA_CLIPS_TOPIC', clips);
  vi.stubEnv('CLIPID_KAFKA_PRIORITY_TOPIC', priority ?? '');
  vi.stubEnv('CLIPID_KAFKA_DEAD_LETTER_TOPIC', deadLetters);
  onTestFinished(() => void vi.unstubAllEnvs());
  return runFake(['dlq', ...args, '--brokers', access.brokers.join(',')]);
}

function documents({ results }: Ended): unknown[] {
  return results.map((line) => JSON.parse(line) as unknown);
}

describe('clipid dlq', () => {
  it('lists as a table and as JSON', async () => {
    const lab = await buried(access, 1, 2);
    const text = await dlq(lab, 'list');
    expect(text.exitCode).toBe(EXIT.ok);
    expect(text.results.join('\n')).toMatch(/^id +reason +attempts +last time +text\n/);
    const json = await dlq(lab, 'list', '--json', '--reason', 'ODD');
    const odd = { id: idOf(lab, 1), reason: 'ODD', attempts: 3, topic: lab.topics.clips };
    expect(documents(json)).toMatchObject([odd]);
    const one = await dlq(lab, 'list', '--limit', '1', '--json');
    expect(one.notes).toEqual(['Older letters that are not shown: 1; see --limit.']);
    const none = await dlq(lab, 'list', '--reason', 'NONE');
    expect([none.exitCode, none.results]).toEqual([EXIT.ok, []]);
  });

  it('shows one with its message, and says where there is none', async () => {
    const lab = await buried(access);
    await lab.bury(lab.original(1, { value: submitted() }));
    const text = await dlq(lab, 'show', idOf(lab, 1));
    expect(text.results.join('\n')).toContain('"uri": "file:///c.mp4"');
    const json = await dlq(lab, 'show', idOf(lab, 1), '--json');
    expect(documents(json)).toMatchObject([{ message: { clipId: 'c', galleryId: 'g' } }]);
    const none = await dlq(lab, 'show', 'nobody');
    expect(none.exitCode).toBe(EXIT.notFound);
    expect(none.notes.join()).toContain("There is no dead letter 'nobody'");
  });

  it('replays and drops, prints what came to its end and says what did not', async () => {
    const lab = await buried(access, 1, 2, 3);
    await lab.bury(lab.original(4, { topic: 'forged' }));
    const some = await dlq(lab, 'replay', idOf(lab, 1), 'nobody', '--yes');
    expect(some).toMatchObject({ exitCode: EXIT.notFound, results: [idOf(lab, 1)] });
    expect(some.notes).toEqual(["There is no dead letter 'nobody'.", 'Replayed 1 letter.']);
    const all = await dlq(lab, 'replay', '--all', '--yes');
    expect(all.exitCode).toBe(EXIT.failed);
    expect([...all.results].sort()).toEqual([idOf(lab, 2), idOf(lab, 3)]);
    expect(all.notes[0]).toMatch(/^Left 'forged\/0\/4' as it is: it came from 'forged'/);
    expect(await lab.committed(lab.topics.clips)).toHaveLength(3);
    const dropped = await dlq(lab, 'drop', '--all', '--yes');
    expect(dropped).toMatchObject({ exitCode: EXIT.ok, results: ['forged/0/4'] });
    expect((await lab.letters.list(10)).letters).toEqual([]);
  });

  it.each([
    ['no letters', ['replay', '--yes']],
    ['ids and --all', ['drop', 'a', '--all', '--yes']],
    ['no --yes', ['replay', '--all']],
    ['no --yes for ids', ['drop', 'a']],
    ['a limit of nothing', ['list', '--limit', '0']],
  ])('is told apart from a wrong use: %s', async (_, args) => {
    const lab = { topics: { clips: 'c', priority: null, deadLetters: 'd' } } as LetterLab;
    expect((await dlq(lab, ...args)).exitCode).toBe(EXIT.usage);
  });
});
