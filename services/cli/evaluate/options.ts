import { type Command, InvalidArgumentError } from 'commander';
import { AGGREGATIONS, type Aggregation } from '../../aggregate/weights.js';
import { DEGRADATIONS, type Degradation } from '../../evaluate/faces/degrade.js';
import { parseSetKind, type SetKind } from '../../evaluate/faces/set-plan.js';
import { addJson, collect, providerOption, whole } from '../options.js';

export interface EvaluateFlags {
  readonly list?: string;
  readonly bundle?: readonly string[];
  readonly aggregation: readonly Aggregation[];
  readonly sharp?: readonly SetKind[];
  readonly degrade: readonly Degradation[];
  readonly eachKind?: boolean;
  readonly most: number;
  readonly setsEach: number;
  readonly splits: number;
  readonly seed: number;
  readonly report?: string;
  readonly withFaces?: boolean;
  readonly provider?: string;
  readonly json?: boolean;
}

const MOST_FACES = 1_000_000;

export function addEvaluateOptions(command: Command): Command {
  command
    .option('--list <file.csv>', 'whose the rows of a .npy file are: path,person[,clip][,quality]')
    .option('--bundle <name|folder>', 'a model bundle; repeatable, to compare several', collect)
    .option(
      '--aggregation <kinds>',
      `of frames: ${AGGREGATIONS.join(',')}`,
      among(AGGREGATIONS),
      [],
    )
    .option('--sharp <n-of-size>', 'sets of faces, n of them as they are; repeatable', setKinds)
    .option('--degrade <kinds>', `the others: ${DEGRADATIONS.join(',')}`, among(DEGRADATIONS), [
      'low-resolution',
    ])
    .option('--each-kind', 'sets for each of these kinds, rather than one drawn for each face')
    .option(
      '--most <n>',
      'faces (or clips) of a person that are looked at',
      whole(1, MOST_FACES),
      MOST_FACES,
    )
    .option('--sets-each <n>', 'sets of a person', whole(1, MOST_FACES), 1000)
    .option('--splits <n>', 'into enrolled people and strangers', whole(1, 1000), 10)
    .option('--seed <n>', 'of everything that is drawn', whole(0, 2 ** 31 - 2), 1)
    .option('--report <file.html>', 'write a report with plots, one file that needs nothing else')
    .option('--with-faces', 'put the hardest pairs into the report as pictures of faces')
    .addOption(providerOption());
  return addJson(command);
}

/** A parser of lists with commas, for commander. */
function among<T extends string>(known: readonly T[]): (text: string) => T[] {
  return (text) =>
    text.split(',').map((name) => {
      const found = known.find((one) => one === name.trim());
      if (found !== undefined) return found;
      throw new InvalidArgumentError(`Known are ${known.join(', ')}.`);
    });
}

function setKinds(text: string, before: readonly SetKind[] | undefined): readonly SetKind[] {
  try {
    return [...(before ?? []), parseSetKind(text)];
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
