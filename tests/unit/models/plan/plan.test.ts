import { describe, expect, it } from 'vitest';
import { type PlanRow, planPolyFace } from '../../../../services/models/plan/plan.js';

const G = 1e9;
const gains = ({ shape, cost }: PlanRow) => [cost.parameters, cost.depth, shape.inputPx];

/** At least as good in everything, better in something; `price` of the second is to be lower. */
function dominates(one: PlanRow, other: PlanRow, price: (row: PlanRow) => number): boolean {
  const gaps = gains(one).map((value, i) => value - (gains(other)[i] ?? 0));
  const all = [price(other) - price(one), ...gaps];
  return all.every((gap) => gap >= 0) && all.some((gap) => gap > 0);
}

describe('planPolyFace', () => {
  it('fills 30 GFLOPs, never beyond, with networks that none of the others dominates', async () => {
    const { rows, candidates, frontier } = await planPolyFace({ budgetFlops: 30 * G });
    const own = rows.filter(({ published }) => published === null);
    expect(own.length).toBeGreaterThan(10);
    expect(own.length + own.reduce((sum, { similar }) => sum + similar, 0)).toBe(frontier);
    expect(candidates).toBeGreaterThan(frontier);
    for (const row of own) {
      expect(row.cost.flops).toBeLessThanOrEqual(30 * G);
      expect(row.cost.flops).toBeGreaterThanOrEqual(27 * G);
      expect(own.some((other) => dominates(other, row, ({ cost }) => cost.flops))).toBe(false);
    }
    const frames = own.map(({ shape }) => `${shape.inputPx} ${shape.width}`);
    expect(new Set(frames).size).toBe(frames.length);
  });

  it.each<[number, string[]]>([
    [30, ['efficient-polyface', 'polyface-qan']],
    [28, ['polyface-qan']],
    [24, []],
  ])("marks those of the paper's networks that %i GFLOPs allow", async (giga, names) => {
    const { rows } = await planPolyFace({ budgetFlops: giga * G, inputsPx: [235], widths: [1] });
    const marked = rows.flatMap(({ published }) => published ?? []);
    expect(marked).toEqual(names);
    expect(rows[0]).toMatchObject({ published: null, shape: { inputPx: 235, width: 1 } });
  });

  it('measures every row, one after the other, and says which are slow or beaten', async () => {
    const options = {
      budgetFlops: 30 * G,
      inputsPx: [203, 235],
      widths: [0.875, 1],
      maxLatencyMs: 20,
    };
    let running = 0;
    const seen: number[] = [];
    const { rows, maxLatencyMs } = await planPolyFace({
      ...options,
      measure: async ({ blocks, inputPx }) => {
        expect(++running).toBe(1);
        await Promise.resolve();
        running--;
        return inputPx === 203 ? 50 : blocks.a / 2;
      },
      onMeasured: (done, total) => seen.push(done / total),
    });
    expect(maxLatencyMs).toBe(20);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toHaveLength(rows.length);
    for (const row of rows) {
      expect(row.latencyMs).toBe(row.shape.inputPx === 203 ? 50 : row.shape.blocks.a / 2);
      expect(row.fastEnough).toBe((row.latencyMs ?? 0) <= 20);
      const beaten = rows.some((other) => dominates(other, row, ({ latencyMs }) => latencyMs ?? 0));
      expect(row.beatenInTime).toBe(beaten);
    }
    expect(new Set(rows.map(({ fastEnough }) => fastEnough)).size).toBe(2);
  });

  it.each([
    [{ inputsPx: [236] }, /^inputPx: a PolyFace of 236 px/],
    [{ inputsPx: [] }, /^inputsPx: must list 1 to 32 different values/],
    [{ widths: [1, 1] }, /^widths: must list 1 to 32 different values/],
    [{ widths: [9] }, /^width: 9 is not a number from/],
    [{ dimension: 0 }, /^dimension: 0 is not/],
    [{ budgetFlops: 1e6 }, /^budget: .* of 1\.00 MFLOPs; the smallest costs \d+\.\d\d MFLOPs\./],
    [{ budgetFlops: 1e15 }, /^budget: no PolyFace/],
  ])('refuses %j', async (options, message) => {
    const failure = planPolyFace({ budgetFlops: 30 * G, ...options });
    await expect(failure).rejects.toMatchObject({ code: 'FIELD_INVALID' });
    await expect(failure).rejects.toThrow(message);
  });
});
