import { join } from 'node:path';
import type { Command } from 'commander';
import type { Context, Run } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';

export interface DemoFlags {
  readonly folder: string;
  readonly clipsOnly?: boolean;
}

const EXPLANATION = `
Makes three short clips from photos that come along with an npm package, enrols three people, finds
them in the clips, and writes a contact sheet of every track. Nothing is downloaded. Exits with 1
when an enrolled person is not found or somebody is taken for another.
With --clips-only it only makes the clips, and prints a uri a line: something to send elsewhere.`;

/** `clipid demo`: all of it on pictures that come along. */
export function demoCommand(program: Command, run: Run): void {
  program
    .command('demo')
    .description('see it work on pictures that come along')
    .option('--folder <folder>', 'where clips and sheet go', join('var', 'demo'))
    .option('--clips-only', 'make the clips, print their uris, and look for nobody')
    .addHelpText('after', EXPLANATION)
    .action((flags: DemoFlags) => run((context) => demo(context, flags)));
}

export async function demo(
  { terminal, signal }: Context,
  { folder, clipsOnly = false }: DemoFlags,
): Promise<ExitCode> {
  if (clipsOnly) {
    const { printClips } = await import('../demo/clips-only.js');
    await printClips({ folder, terminal, signal });
    return EXIT.ok;
  }
  const { runDemo } = await import('../demo/run-demo.js');
  const { problems, readiness, tracks } = await runDemo({ folder, terminal, signal });
  if (readiness !== 200) terminal.note(`/readyz answered ${readiness}.`);
  for (const problem of problems) terminal.note(problem);
  if (problems.length > 0 || readiness !== 200) return EXIT.failed;
  const strangers = tracks.filter(({ truth }) => truth === null).length;
  terminal.note(
    `Everybody enrolled was found; none of ${strangers} tracks of strangers was matched.`,
  );
  return EXIT.ok;
}
