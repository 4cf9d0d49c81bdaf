import type { BundleFlops } from './bundle.js';
import { COUNTING_RULES, type FlopsReport } from './count.js';
import { inBytes, inThousands } from './units.js';

/** A report as text: rows for a table, lines to stand above and below it. */
export interface FlopsText {
  /** What was counted, and the totals. */
  readonly summary: readonly string[];
  readonly heading: readonly string[];
  /** One for each operator, the costliest first. */
  readonly rows: readonly (readonly string[])[];
  /** What is counted and how. */
  readonly notes: readonly string[];
}

/** One graph's report; nothing is printed. */
export function formatFlopsReport(report: FlopsReport): FlopsText {
  const total = Math.max(1, report.flops);
  return {
    summary: summaryOf(report),
    heading: ['operator', 'nodes', 'FLOPs', 'share', 'parameters', 'activations'],
    rows: report.byType.map((count) => [
      count.opType,
      String(count.nodes),
      inThousands(count.flops),
      `${((100 * count.flops) / total).toFixed(2)} %`,
      inThousands(count.parameters),
      inBytes(count.activationBytes),
    ]),
    notes: COUNTING_RULES,
  };
}

/** A bundle's networks, one row each. */
export function formatBundleFlops({ networks, perFaceFlops }: BundleFlops): FlopsText {
  return {
    summary: [
      `One face costs ${inThousands(perFaceFlops)}FLOPs: embedder and quality net, one pass each.`,
    ],
    heading: ['network', 'input', 'FLOPs', 'multiply-adds', 'parameters', 'weights', 'peak memory'],
    rows: networks.map(({ network, report }) => [
      network,
      report.inputs.map(({ dims }) => dims.join('x')).join(', '),
      inThousands(report.flops),
      inThousands(report.multiplyAdds),
      inThousands(report.parameters),
      inBytes(report.weightBytes),
      inBytes(report.peakActivationBytes),
    ]),
    notes: COUNTING_RULES,
  };
}

/** `28.21 GFLOPs of 30.00 G: within the budget.` */
export function formatBudget(flops: number, budgetFlops: number): string {
  const verdict = flops > budgetFlops ? 'over the budget' : 'within the budget';
  return `${inThousands(flops)}FLOPs of ${inThousands(budgetFlops)}FLOPs: ${verdict}.`;
}

function summaryOf(report: FlopsReport): string[] {
  const inputs = report.inputs.map(({ name, dims }) => `${name} ${dims.join('x')}`);
  const pictures = report.convolutionBatches.map(String).join(', ') || 'no';
  return [
    `${report.file}: ${inputs.join(', ')}; convolutions see ${pictures} picture(s) at a time.`,
    `${inThousands(report.flops)}FLOPs, of which ${inThousands(report.multiplyAdds)} multiply-adds (each 2 FLOPs).`,
    `${inThousands(report.parameters)} parameters, ${inBytes(report.weightBytes)} of constants, at most ${inBytes(report.peakActivationBytes)} of activations at a time.`,
  ];
}
