import {
  POLYFACE_SOLUTIONS,
  type PolyFaceShape,
  type PolyFaceSolution,
} from '../polyface/shape.js';
import { type Candidate, maximalCandidates } from './enumerate.js';
import { type FrameChoices, framesOf, nothingFits } from './frames.js';
import { type Objectives, paretoFront } from './pareto.js';
import { type PolyFaceCost, costOf, polyFaceParts } from './polyface-cost.js';
import { distanceFromPaper } from './proportion.js';

/** A network that leaves more of the budget unused is no answer to it. */
const LEAST_USE = 0.9;
const NOT_MEASURED = { latencyMs: null, fastEnough: null, beatenInTime: null };

export interface PlanOptions extends FrameChoices {
  readonly budgetFlops: number;
  /** Milliseconds of one face on this machine; called for one network after the other. */
  readonly measure?: (shape: PolyFaceShape) => Promise<number>;
  /** Rows that are measured slower are kept, and marked. */
  readonly maxLatencyMs?: number;
  readonly onMeasured?: (done: number, total: number) => void;
}

/** One network of a plan. */
export interface PlanRow {
  readonly shape: PolyFaceShape;
  readonly cost: PolyFaceCost;
  /** The paper's name for it, if it is one of its solutions. */
  readonly published: PolyFaceSolution | null;
  /** Other networks of the frontier with the same input and width, other proportions of blocks. */
  readonly similar: number;
  readonly latencyMs: number | null;
  /** Not above `maxLatencyMs`; null where one of the two is not there. */
  readonly fastEnough: boolean | null;
  /** Another row is no slower and no smaller, whatever their FLOPs; null where nothing was measured. */
  readonly beatenInTime: boolean | null;
}

/** Nothing here predicts accuracy: that needs training. */
export interface PolyFacePlan {
  readonly budgetFlops: number;
  readonly maxLatencyMs: number | null;
  /** How many maximal networks were compared. */
  readonly candidates: number;
  /** How many of them no other dominates; `rows` has one of each input and width. */
  readonly frontier: number;
  /** By input side and width; the paper's that fit the budget last. */
  readonly rows: readonly PlanRow[];
}

/**
 * PolyFaces that use a budget: of every input side and width the maximal depths of sensible proportion
 * (`PROPORTION`) that use at least 90 % of it, less those that another dominates: no more FLOPs, no
 * fewer parameters, layers and input pixels, and better in one of them. Of those that differ in the
 * proportion of their blocks alone, the one nearest to the paper's is shown, and measured.
 * Throws FIELD_INVALID for sizes that no network has, and for a budget that none of them uses.
 */
export async function planPolyFace(options: PlanOptions): Promise<PolyFacePlan> {
  const { budgetFlops, maxLatencyMs = null } = options;
  const candidates = framesOf(options).flatMap((frame) =>
    maximalCandidates(frame, budgetFlops).filter(
      ({ cost }) => cost.flops >= LEAST_USE * budgetFlops,
    ),
  );
  if (candidates.length === 0) throw nothingFits(budgetFlops, framesOf(options));
  const frontier = paretoFront(candidates, (candidate) =>
    objectives(candidate, candidate.cost.flops),
  );
  const rows = [...nearestToPaper(frontier), ...published(budgetFlops)];
  return {
    budgetFlops,
    maxLatencyMs,
    candidates: candidates.length,
    frontier: frontier.length,
    rows: await measured(rows, options),
  };
}

/** One of each input side and width. */
function nearestToPaper(frontier: readonly Candidate[]): PlanRow[] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of frontier) {
    const key = `${candidate.shape.inputPx} ${candidate.shape.width}`;
    groups.set(key, [...(groups.get(key) ?? []), candidate]);
  }
  const distance = ({ shape }: Candidate) => distanceFromPaper(shape.blocks);
  return [...groups.values()].flatMap((group) => {
    const [nearest] = group.toSorted((x, y) => distance(x) - distance(y));
    return nearest ? [rowOf(nearest, null, group.length - 1)] : [];
  });
}

function published(budgetFlops: number): PlanRow[] {
  const names: PolyFaceSolution[] = ['efficient-polyface', 'polyface-qan'];
  return names
    .map((name) => {
      const shape = POLYFACE_SOLUTIONS[name];
      return rowOf({ shape, cost: costOf(polyFaceParts(shape), shape.blocks) }, name, 0);
    })
    .filter(({ cost }) => cost.flops <= budgetFlops);
}

function rowOf(candidate: Candidate, name: PolyFaceSolution | null, similar: number): PlanRow {
  return { ...candidate, published: name, similar, ...NOT_MEASURED };
}

/** One after the other: two networks at once would slow each other down. */
async function measured(
  rows: readonly PlanRow[],
  { measure, maxLatencyMs, onMeasured }: PlanOptions,
): Promise<PlanRow[]> {
  if (measure === undefined) return [...rows];
  const done: PlanRow[] = [];
  for (const row of rows) {
    const latencyMs = await measure(row.shape);
    const fastEnough = maxLatencyMs === undefined ? null : latencyMs <= maxLatencyMs;
    done.push({ ...row, latencyMs, fastEnough });
    onMeasured?.(done.length, rows.length);
  }
  const fastest = new Set(
    paretoFront(done, ({ latencyMs, ...row }) => objectives(row, latencyMs ?? 0)),
  );
  return done.map((row) => ({ ...row, beatenInTime: !fastest.has(row) }));
}

/** More parameters, layers and input pixels at less cost. */
function objectives({ shape, cost }: Candidate, price: number): Objectives {
  return { costs: [price], gains: [cost.parameters, cost.depth, shape.inputPx] };
}
