import type { Snapshot } from '../../core/calibration.js';
import { binOfRank, edgeOf, totalOf } from '../scoring/bins.js';
import type { PassOptions, ScorePool } from '../scoring/score-pool.js';
import { vectorSet } from '../scoring/vector-set.js';
import type { Compared } from './calibrate.js';
import { quantiles, shares } from './quantiles.js';

/**
 * How templates look without anybody saying who they are: their qualities, and the similarities of all
 * pairs of two `person`s. Throws FIELD_INVALID for no templates, CANCELLED, MODEL_FAILED.
 */
export async function snapshot(
  pool: ScorePool,
  items: readonly Compared[],
  options: PassOptions,
): Promise<Snapshot> {
  const { impostor } = await pool.count(vectorSet(items), options);
  const pairs = totalOf(impostor);
  // Ranks count from the greatest down.
  const at = (share: number): number =>
    edgeOf(binOfRank(impostor, Math.max(1, Math.round((1 - share) * pairs))));
  return {
    templates: items.length,
    qualities: quantiles(items.map(({ quality }) => quality)),
    similarities: pairs === 0 ? [] : shares().map(at),
  };
}
