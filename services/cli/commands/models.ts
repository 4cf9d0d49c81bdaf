import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config.js';
import type { LoadedBundle } from '../../models/load.js';
import type { Context, Run } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { addJson } from '../options.js';
import { printDocuments } from '../print-documents.js';
import { startProgress } from '../progress.js';

interface ModelsFlags {
  readonly json?: boolean;
}

const EXAMPLES = `
Every other command prepares the models when they are missing; \`prepare\` is for images and for
machines that are set up ahead of time. Nothing is downloaded. The folder is CLIPID_MODELS.`;

/** `clipid models`: the bundle of networks. */
export function modelsCommand(program: Command, run: Run): void {
  const group = program.command('models').description('prepare or show the model bundle');
  group.addHelpText('after', EXAMPLES);
  const add = (name: string, description: string, work: typeof prepareModels): void => {
    addJson(group.command(name).description(description)).action((flags: ModelsFlags) =>
      run((context) => work(context, flags)),
    );
  };
  add('prepare', 'build the default bundle where it is missing', prepareModels);
  add('show', 'the bundle that is used', showModels);
}

export async function prepareModels(context: Context, flags: ModelsFlags): Promise<ExitCode> {
  const { prepareDefaultBundle } = await import('../../models/prepare.js');
  const progress = startProgress(context.terminal, 1, 'bundle');
  const onProgress = ({ file, done, total }: { file: string; done: number; total: number }): void =>
    progress.update(done / total, file);
  try {
    print(context, await prepareDefaultBundle(defaultFolder(), { onProgress }), flags);
  } finally {
    progress.stop();
  }
  return EXIT.ok;
}

export async function showModels(context: Context, flags: ModelsFlags): Promise<ExitCode> {
  const { loadBundle } = await import('../../models/load.js');
  print(context, await loadBundle(defaultFolder()), flags);
  return EXIT.ok;
}

/** Where the service looks for it, too. */
function defaultFolder(): string {
  return join(resolve(loadConfig().models), 'default');
}

function print(
  { terminal }: Context,
  { bundleId, paths }: LoadedBundle,
  { json }: ModelsFlags,
): void {
  const files = { detectors: paths.detectors.join(' '), landmarks: paths.landmarks };
  printDocuments(terminal, [{ bundleId, ...files, embedder: paths.embedder }], json, '');
}
