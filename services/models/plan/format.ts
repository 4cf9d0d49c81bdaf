import { inThousands } from '../flops/units.js';
import type { PlanRow, PolyFacePlan } from './plan.js';
import { plotOf } from './plot.js';
import { plotText } from './plot-text.js';

/** A plan as text; nothing is printed. */
export interface PlanText {
  readonly summary: readonly string[];
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Lines of the same width in every font of a terminal. */
  readonly plot: readonly string[];
  /** How to read it. */
  readonly notes: readonly string[];
}

/** Said under every plan. */
export const PLAN_NOTES: readonly string[] = [
  'Accuracy needs training: nothing here predicts it. More parameters, layers and pixels are room to',
  'learn in, no more; train the candidates, and compare them on faces that none of them has seen.',
  'Each row is maximal: no blocks can be added under the budget in proportions near those of the paper',
  "(23-38-23, 20-30-20). No row but the paper's is beaten by another that costs no more FLOPs and has no",
  "fewer parameters, layers and input pixels. `others` counts networks as good whose blocks' proportions",
  'alone differ. Depth is the layers with weights on the longest way through. The cost is that of one',
  'pass over one face, without the quality net (0.08 GFLOPs).',
];

/** Columns of the latency are there when it was measured. */
export function formatPlan(plan: PolyFacePlan): PlanText {
  const timed = plan.rows.some(({ latencyMs }) => latencyMs !== null);
  const heading = ['blocks', 'input', 'width', 'FLOPs', 'of budget', 'parameters', 'depth'];
  return {
    summary: [
      `PolyFaces for ${inThousands(plan.budgetFlops)}FLOPs: ${plan.candidates} maximal networks, of which no other dominates ${plan.frontier}.`,
    ],
    heading: [...heading, ...(timed ? ['latency'] : []), 'others', ''],
    rows: plan.rows.map((row) => rowText(row, plan, timed)),
    plot: plotText(plotOf(plan)),
    notes: PLAN_NOTES,
  };
}

function rowText(row: PlanRow, { budgetFlops, maxLatencyMs }: PolyFacePlan, timed: boolean) {
  const { shape, cost, latencyMs, published, similar } = row;
  const { a, b, c } = shape.blocks;
  const remarks = [
    ...(published === null ? [] : [`the paper's ${published}`]),
    ...(row.beatenInTime === true ? ['another is no slower and no smaller'] : []),
    ...(row.fastEnough === false ? [`slower than ${maxLatencyMs ?? 0} ms`] : []),
  ];
  return [
    `${a}-${b}-${c}`,
    `${shape.inputPx} px`,
    String(shape.width),
    inThousands(cost.flops),
    `${((100 * cost.flops) / budgetFlops).toFixed(1)} %`,
    inThousands(cost.parameters),
    String(cost.depth),
    ...(timed ? [latencyMs === null ? '-' : `${latencyMs.toFixed(1)} ms`] : []),
    published === null ? String(similar) : '-',
    remarks.join(', '),
  ];
}
