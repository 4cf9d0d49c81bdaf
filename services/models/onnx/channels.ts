import { ClipidError } from '../../core/errors.js';
import type { Affine } from './fold.js';
import type { GraphBuilder } from './graph-builder.js';
import type { FeatureMap } from './layers.js';

/** The channels of all maps, one map after the other. Throws INTERNAL where the sizes differ. */
export function concatenate(graph: GraphBuilder, maps: readonly FeatureMap[]): FeatureMap {
  const [first] = maps;
  if (!first || maps.some(({ rows, columns }) => !sameSize(first, rows, columns))) {
    const sizes = maps.map(({ rows, columns }) => `${rows} x ${columns}`);
    throw new ClipidError('INTERNAL', `Maps of ${sizes.join(', ')} do not lie side by side.`);
  }
  const inputs = maps.map(({ name }) => name);
  const name = graph.node('Concat', inputs, { axis: { int: 1 } });
  return { ...first, name, channels: maps.reduce((sum, map) => sum + map.channels, 0) };
}

/** x * scale + shift for every channel, where no kernel can take it in. */
export function scaleAndShift(
  graph: GraphBuilder,
  input: FeatureMap,
  name: string,
  { scale, shift }: Affine,
): FeatureMap {
  const dims = [input.channels, 1, 1];
  const factor = graph.weights(`${name}/scale`, { dims, values: scale });
  const scaled = graph.node('Mul', [input.name, factor]);
  const term = graph.weights(`${name}/shift`, { dims, values: shift });
  return { ...input, name: graph.node('Add', [scaled, term]) };
}

/** x where it is positive, else x * slope. `slope`: [1], the same for every channel. */
export function sharedPrelu(
  graph: GraphBuilder,
  input: FeatureMap,
  name: string,
  slope: Float32Array,
): FeatureMap {
  const weights = graph.weights(`${name}/slope`, { dims: [1, 1, 1], values: slope });
  return { ...input, name: graph.node('PRelu', [input.name, weights]) };
}

/** The mean of every channel: 1 x 1. */
export function globalAverage(graph: GraphBuilder, input: FeatureMap): FeatureMap {
  const name = graph.node('GlobalAveragePool', [input.name]);
  return { name, channels: input.channels, rows: 1, columns: 1 };
}

function sameSize(map: FeatureMap, rows: number, columns: number): boolean {
  return map.rows === rows && map.columns === columns;
}
