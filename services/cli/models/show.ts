import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config.js';
import { toClipidError } from '../../core/errors.js';
import type { LoadedBundle } from '../../models/load.js';
import type { Context, Run } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { addJson } from '../options.js';
import { printBundles } from './print-bundle.js';

/** `clipid models show` and `list`: what is there. */
export function showCommands(group: Command, run: Run): void {
  addJson(
    group
      .command('show')
      .argument('[bundle]', 'a name in the models folder, or a folder (default: CLIPID_BUNDLE)')
      .description('the bundle that is used, or another'),
  ).action((bundle: string | undefined, flags: { json?: boolean }) =>
    run((context) => show(context, bundle, flags.json)),
  );
  addJson(group.command('list').description('the bundles of the models folder')).action(
    (flags: { json?: boolean }) => run((context) => list(context, flags.json)),
  );
}

async function show(
  { terminal }: Context,
  bundle: string | undefined,
  json: boolean | undefined,
): Promise<ExitCode> {
  const { bundleFolder } = await import('../../models/open-bundle.js');
  const { loadBundle } = await import('../../models/load.js');
  printBundles(terminal, [await loadBundle(bundleFolder(loadConfig({ bundle })))], json);
  return EXIT.ok;
}

/** A damaged bundle is told of and does not hide the others. */
async function list({ terminal }: Context, json: boolean | undefined): Promise<ExitCode> {
  const { loadBundle } = await import('../../models/load.js');
  const folder = resolve(loadConfig().models);
  const names: string[] = await readdir(folder).catch(() => []);
  const bundles: LoadedBundle[] = [];
  for (const name of names.sort()) {
    try {
      bundles.push(await loadBundle(resolve(folder, name)));
    } catch (thrown) {
      terminal.note(toClipidError(thrown).message);
    }
  }
  printBundles(terminal, bundles, json);
  return EXIT.ok;
}
