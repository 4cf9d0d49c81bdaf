import type { InferenceSession } from 'onnxruntime-node';
import { ClipidError } from '../../core/errors.js';
import { bundleInvalid } from '../../models/invalid.js';
import type { NetworkSpec } from './network-runner.js';

const REMEDY = 'Correct the manifest, or put the graph there that it describes.';

/** What a session's metadata says of its graph once it is known to be as the manifest has it. */
export interface CheckedGraph {
  readonly inputName: string;
  /** In the spec's order. */
  readonly outputNames: readonly string[];
  /** The batch that the graph is made for; null when the caller chooses. */
  readonly fixedBatch: number | null;
}

type Values = readonly InferenceSession.ValueMetadata[];
type Graph = Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>;

/** Throws BUNDLE_INVALID naming the file, the field of the manifest, what was found and expected. */
export function checkGraph(spec: NetworkSpec, graph: Graph): CheckedGraph {
  const input = checkInput(spec, graph.inputMetadata);
  const outputNames = spec.outputNames ?? graph.outputMetadata.map(({ name }) => name);
  for (const name of outputNames) checkOutput(spec, graph.outputMetadata, name);
  if (outputNames.length === 0) throw invalid(spec, 'file', 'has no outputs');
  return { inputName: input.name, outputNames, fixedBatch: input.fixedBatch };
}

/** Where the manifest speaks of the network: `detector.graphs.0` for `detector.0`. */
export function manifestField({ name }: NetworkSpec): string {
  return name.replace(/^detector\./, 'detector.graphs.');
}

/** As the graph must declare it; '?' is any size. */
export function expectedDims(spec: NetworkSpec): readonly (number | '?')[] {
  const { widthPx, heightPx } = spec;
  return spec.input.layout === 'NHWC' ? ['?', heightPx, widthPx, 3] : ['?', 3, heightPx, widthPx];
}

function checkInput(
  spec: NetworkSpec,
  inputs: Values,
): { name: string; fixedBatch: number | null } {
  const name = spec.input.name ?? inputs[0]?.name;
  const input = inputs.find((one) => one.name === name);
  if (input === undefined || inputs.length !== 1)
    throw invalid(spec, 'input.name', `is ${name ?? 'left out'}, but ${inputsOf(inputs)}`);
  if (!input.isTensor || input.type !== spec.input.type)
    throw invalid(
      spec,
      'input.type',
      `is ${spec.input.type}, but the graph takes ${typeOf(input)}`,
    );
  const wanted = expectedDims(spec);
  if (!fits(input.shape, wanted))
    throw invalid(
      spec,
      'input.layout',
      `${spec.input.layout} of ${spec.widthPx} x ${spec.heightPx} px asks for an input of ` +
        `${dimsText(wanted)}, but the graph's ${input.name} is ${dimsText(input.shape)}`,
    );
  const batch = input.shape[0];
  return { name: input.name, fixedBatch: typeof batch === 'number' ? batch : null };
}

function checkOutput(spec: NetworkSpec, outputs: Values, name: string): void {
  const output = outputs.find((one) => one.name === name);
  const field = spec.name.startsWith('detector.') ? 'outputNames' : 'outputName';
  if (output === undefined) {
    const found = outputs.map((one) => one.name).join(', ');
    throw invalid(spec, field, `has ${name}, but the graph's outputs are ${found}`);
  }
  if (output.isTensor && output.type === 'float32') return;
  throw invalid(spec, field, `${name} must be float32, but the graph gives ${typeOf(output)}`);
}

/** A named size may turn out as any; a batch of 0 holds no picture. */
function fits(shape: readonly (number | string)[], wanted: readonly (number | '?')[]): boolean {
  if (shape.length !== wanted.length || shape[0] === 0) return false;
  return shape.every((dim, i) => typeof dim === 'string' || i === 0 || dim === wanted[i]);
}

function invalid(spec: NetworkSpec, field: string, problem: string): ClipidError {
  const part = field.startsWith('input.') || field === 'outputNames';
  const owner = part ? spec.name.replace(/\.\d+$/, '') : manifestField(spec);
  return bundleInvalid(spec.path, `${owner}.${field}`, problem, REMEDY);
}

function inputsOf(inputs: Values): string {
  const names = inputs.map((one) => one.name).join(', ');
  return `the graph's inputs are ${names === '' ? 'none' : names}; exactly one is expected`;
}

function typeOf(value: InferenceSession.ValueMetadata): string {
  return value.isTensor ? value.type : 'what is no tensor';
}

function dimsText(dims: readonly (number | string)[]): string {
  return `[${dims.map((dim) => (dim === '' ? '?' : dim)).join(', ')}]`;
}
