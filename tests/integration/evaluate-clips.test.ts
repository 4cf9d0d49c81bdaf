import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../services/cli/exit-codes.js';
import type { EvaluationResult } from '../../services/evaluate/result.js';
import { findTools } from '../../services/video/tools.js';
import { ClipFolder } from '../helpers/clips.js';
import { ADA_ALONE, CLEO_ALONE, film, LOUNGE, still } from '../helpers/service-people.js';
import { type Ended, runFake } from '../unit/cli/fakes.js';

const FPS = 8; // as many as are looked at
let clips: ClipFolder;
beforeAll(async () => {
  clips = new ClipFolder((await findTools()).ffmpeg.path);
});
afterAll(() => clips.remove());

/** A person's folder within a folder of people. */
function keep(path: string, ...place: readonly [people: string, person: string, name: string]) {
  mkdirSync(join(clips.path, place[0], place[1]), { recursive: true });
  renameSync(path, join(clips.path, ...place));
}

async function twoPeople(people: string): Promise<string> {
  for (const [person, view] of Object.entries({ ada: ADA_ALONE, cleo: CLEO_ALONE })) {
    const picture = await still(view);
    for (const [name, filters] of Object.entries({ plain: 'null', flipped: 'hflip' })) {
      keep(film(clips, 'one.mp4', picture, { filters, fps: FPS }), people, person, `${name}.mp4`);
    }
  }
  return join(clips.path, people);
}

function documentOf({ results }: Ended): EvaluationResult {
  return JSON.parse(results[0] ?? '') as EvaluationResult;
}

describe('clipid evaluate on clips', () => {
  it('compares the faces of clips and their templates', async () => {
    const ended = await runFake(['evaluate', await twoPeople('good'), '--json']);
    expect(ended).toMatchObject({ exitCode: EXIT.ok, notes: [] });
    const { subjects, degradations } = documentOf(ended);
    expect(degradations).toEqual([]);
    const shown = subjects.map(({ sets, aggregation, verification }) => ({
      ...{ sets, aggregation, count: verification.count, people: verification.people },
    }));
    expect(shown).toEqual([
      { sets: null, aggregation: null, count: 4 * FPS, people: 2 },
      { sets: 'clips', aggregation: 'qan', count: 4, people: 2 },
    ]);
    const [faces, templates] = subjects;
    expect(faces?.verification.equalError?.rate).toBe(0);
    expect(faces?.pairs.mistaken[0]?.a.name).toMatch(/^(ada|cleo)\/\w+\.mp4 at \d\.\d\d s$/);
    const { genuinePairs, impostorPairs } = templates?.verification ?? {};
    expect({ genuinePairs, impostorPairs }).toEqual({ genuinePairs: 2, impostorPairs: 4 });
    const [missed] = templates?.pairs.missed ?? [];
    expect(missed?.similarity).toBeGreaterThan(templates?.pairs.mistaken[0]?.similarity ?? 1);
  });

  it('takes relative paths and any name', async () => {
    const picture = await still(ADA_ALONE);
    for (const name of ['50% off #1.mp4', 'é?.mp4'])
      keep(film(clips, 'odd.mp4', picture, { fps: FPS }), 'odd', 'an na', name);
    const before = process.cwd();
    process.chdir(clips.path);
    try {
      const ended = await runFake(['evaluate', 'odd', '--json']);
      expect(ended.notes).toEqual([]);
      expect(documentOf(ended).subjects[1]?.verification.count).toBe(2);
    } finally {
      process.chdir(before);
    }
  });

  it('goes on without clips that are broken or empty of faces, and names those with several', async () => {
    const people = await twoPeople('mixed');
    keep(clips.write('x.mp4', 'not a clip'), 'mixed', 'ada', 'text.mp4');
    keep(clips.write('x.mp4', ''), 'mixed', 'ada', 'nothing.mp4');
    keep(clips.video('x.mp4', { size: '320x240', seconds: 1 }), 'mixed', 'ada', 'faceless.mp4');
    keep(film(clips, 'x.mp4', await still(LOUNGE), { fps: FPS }), 'mixed', 'cleo', 'lounge.mp4');
    mkdirSync(join(people, 'nobody'));
    const ended = await runFake(['evaluate', people, '--json']);
    expect(ended.exitCode).toBe(EXIT.failed);
    const { problems, remarks, subjects } = documentOf(ended);
    expect(problems).toEqual([
      'ada/faceless.mp4: there is no face in it',
      expect.stringMatching(/^ada\/nothing\.mp4: .*no bytes/),
      expect.stringMatching(/^ada\/text\.mp4: /),
    ]);
    expect(remarks).toEqual([expect.stringMatching(/^cleo\/lounge\.mp4: .*longest track, of 8/)]);
    expect(ended.notes).toEqual([...remarks, ...problems.map((one) => `left out: ${one}`)]);
    expect(subjects[1]?.verification).toMatchObject({ count: 5, people: 2 });
  });
});
