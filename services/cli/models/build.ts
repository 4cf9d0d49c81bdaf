import { Argument, type Command, InvalidArgumentError } from 'commander';
import { ClipidError } from '../../core/errors.js';
import {
  POLYFACE_SOLUTIONS,
  type PolyFaceShape,
  type PolyFaceSolution,
} from '../../models/polyface/shape.js';
import type { Context, Run } from '../context.js';
import type { ExitCode } from '../exit-codes.js';
import { addJson, decimal, whole } from '../options.js';
import { addOut } from './out.js';
import {
  addPaperOptions,
  type PaperFlags,
  seededNetworks,
  solutionOf,
  storedNetworks,
  writePaperBundle,
} from './paper.js';

/** One of `models plan`, by its blocks. */
const ANY = 'polyface';
type Asked = PolyFaceSolution | typeof ANY;
interface BuildFlags extends PaperFlags {
  readonly weights?: string;
  readonly seed: number;
  readonly blocks?: PolyFaceShape['blocks'];
  readonly inputPx: number;
  readonly width: number;
}

const HELP = `
Without --weights the weights come from the seed: such a bundle is for measuring and trying out. It is
marked untrained, in its id too, and 'clipid serve' refuses it without --allow-untrained.
The detector is the default bundle's; faces are aligned to 112 x 112 by five points.

Examples:
  clipid models build efficient-polyface --seed 1
  clipid models build polyface-qan --fp16 --out /models/polyface-fp16
  clipid models build polyface-qan --weights polyface.safetensors --quality-weights q.safetensors
  clipid models build polyface --blocks 25-32-23 --input-px 107 --width 0.5`;

/** `clipid models build`: the paper's networks as a bundle. */
export function buildCommand(group: Command, run: Run): void {
  const solutions = [...Object.keys(POLYFACE_SOLUTIONS), ANY];
  const command = group
    .command('build')
    .description("the paper's networks as a bundle, from weights or from a seed")
    .addArgument(new Argument('<solution>').choices(solutions))
    .option('--weights <file>', "safetensors or a PyTorch checkpoint with the authors' names")
    .option('--seed <n>', 'where there are no weights', whole(0, 2 ** 31 - 1), 1)
    .option('--blocks <a-b-c>', 'of `polyface`: how many blocks of each kind', blocks)
    .option('--input-px <px>', 'of `polyface`: side that a face is resized to', whole(1, 4096), 235)
    .option('--width <factor>', 'of `polyface`: of all channels', decimal(0.01, 16), 1);
  addJson(addOut(addPaperOptions(command)))
    .addHelpText('after', HELP)
    .action((solution: Asked, flags: BuildFlags) =>
      run((context) => build(context, solution, flags)),
    );
}

async function build(context: Context, asked: Asked, flags: BuildFlags): Promise<ExitCode> {
  const { weights, seed, qualityWeights } = flags;
  if (weights === undefined) {
    const shape = asked === ANY ? shapeOf(flags) : POLYFACE_SOLUTIONS[asked];
    const networks = await seededNetworks(shape, asked === 'polyface-qan', seed);
    return writePaperBundle(context, networks, flags);
  }
  const networks = await storedNetworks(weights, qualityWeights);
  if (asked !== ANY) requireSolution(asked, networks.shape);
  return writePaperBundle(context, networks, flags);
}

function shapeOf({ blocks: depths, inputPx, width }: BuildFlags): PolyFaceShape {
  if (depths !== undefined) return { blocks: depths, inputPx, width, dimension: 256 };
  const message = '`polyface` needs --blocks, for example --blocks 20-30-20.';
  throw new ClipidError('FIELD_INVALID', message, { field: 'blocks' });
}

function requireSolution(asked: PolyFaceSolution, shape: PolyFaceShape): void {
  if (solutionOf(shape) === asked) return;
  const { a, b, c } = shape.blocks;
  throw new ClipidError(
    'FIELD_INVALID',
    `The weights are those of ${a}-${b}-${c} blocks at ${shape.inputPx} px, not of ${asked}.`,
    { field: 'weights' },
  );
}

function blocks(text: string): PolyFaceShape['blocks'] {
  const [, a, b, c] = /^(\d{1,3})-(\d{1,3})-(\d{1,3})$/.exec(text) ?? [];
  if (a === undefined) throw new InvalidArgumentError('It is three numbers: 20-30-20.');
  return { a: Number(a), b: Number(b), c: Number(c) };
}
