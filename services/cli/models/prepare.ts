import type { Command } from 'commander';
import { loadConfig } from '../../config.js';
import type { Context, Run } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { addJson } from '../options.js';
import { printBundles } from './print-bundle.js';
import { showWriting } from './show-writing.js';

/** `clipid models prepare`: the default bundle, ahead of time. */
export function prepareCommand(group: Command, run: Run): void {
  addJson(
    group.command('prepare').description('build the default bundle where it is missing'),
  ).action((flags: { json?: boolean }) => run((context) => prepare(context, flags.json)));
}

async function prepare(context: Context, json: boolean | undefined): Promise<ExitCode> {
  const { DEFAULT_BUNDLE, openBundle } = await import('../../models/open-bundle.js');
  const bundle = await showWriting(context.terminal, (onProgress) =>
    openBundle({ models: loadConfig().models, bundle: DEFAULT_BUNDLE }, { onProgress }),
  );
  printBundles(context.terminal, [bundle], json);
  return EXIT.ok;
}
