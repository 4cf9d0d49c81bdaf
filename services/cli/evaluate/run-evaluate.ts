import { rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Material } from '../../evaluate/material.js';
import type { EvaluationResult, SubjectResult } from '../../evaluate/result.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { startProgress } from '../progress.js';
import { untrainedNote } from '../untrained.js';
import type { EvaluateFlags } from './options.js';
import { readMaterials } from './read-materials.js';
import { evaluationText } from './text.js';

/** Notes of one kind that are shown one by one. */
const MOST_NOTES = 10;

/** Reads, compares, prints. What cannot be read is left out, told of, and ends with 1. */
export async function runEvaluate(
  context: Context,
  data: string,
  flags: EvaluateFlags,
): Promise<ExitCode> {
  const { terminal } = context;
  const subjects: SubjectResult[] = [];
  // Two bundles often say the same of a file: it is told once.
  const told = {
    degradations: new Set<string>(),
    problems: new Set<string>(),
    remarks: new Set<string>(),
  };
  // One bundle's features at a time are in memory.
  for await (const { material, degraded, remarks } of readMaterials(context, data, flags)) {
    const note = untrainedNote(material.bundleId);
    if (note !== '') terminal.note(note);
    addAll(told.degradations, degraded);
    addAll(told.problems, material.problems);
    addAll(told.remarks, remarks);
    subjects.push(...(await compareAll(context, material, flags)));
  }
  const result: EvaluationResult = {
    ...{ data, seed: flags.seed, subjects },
    degradations: [...told.degradations],
    problems: [...told.problems],
    remarks: [...told.remarks],
  };
  if (flags.report !== undefined) await writeReport(result, flags);
  terminal.result(flags.json === true ? JSON.stringify(result) : evaluationText(result));
  tell(context, '', result.remarks);
  tell(context, 'left out: ', result.problems);
  return result.problems.length > 0 ? EXIT.failed : EXIT.ok;
}

function addAll(set: Set<string>, values: Iterable<string>): void {
  for (const value of values) set.add(value);
}

async function compareAll(
  { terminal, signal }: Context,
  material: Material,
  { aggregation, seed, splits }: EvaluateFlags,
): Promise<SubjectResult[]> {
  const { evaluate } = await import('../../evaluate/evaluate.js');
  const { ScorePool } = await import('../../evaluate/scoring/score-pool.js');
  const progress = startProgress(terminal, 100, '%');
  const pool = ScorePool.start(availableParallelism());
  try {
    return await evaluate(material, pool, {
      ...{ aggregations: aggregation, seed, splits, signal },
      onProgress: (share, text) => progress.update(100 * share, text),
    });
  } finally {
    progress.stop();
    await pool.close();
  }
}

async function writeReport(result: EvaluationResult, flags: EvaluateFlags): Promise<void> {
  const { reportHtml } = await import('../../evaluate/report/report-html.js');
  const { thumbnailsOf } = await import('../../evaluate/report/thumbnails.js');
  const thumbnails = flags.withFaces === true ? await thumbnailsOf(result) : new Map();
  const path = flags.report ?? '';
  // Faces are biometric data: other users of the machine have no business with them. A file that was
  // there before would keep its own rights.
  const mode = flags.withFaces === true ? 0o600 : 0o644;
  await rm(path, { force: true });
  await writeFile(path, reportHtml(result, thumbnails), { mode, flag: 'wx' });
}

function tell({ terminal }: Context, before: string, notes: readonly string[]): void {
  for (const note of notes.slice(0, MOST_NOTES)) terminal.note(before + note);
  const more = notes.length - MOST_NOTES;
  if (more > 0) terminal.note(`${before}${more} more`);
}
