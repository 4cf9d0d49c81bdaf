import type { Command } from 'commander';
import type { Run } from '../context.js';
import { DRIFT_HELP, reportDrift } from '../evaluate/drift.js';
import { EVALUATE_HELP } from '../evaluate/help.js';
import { addEvaluateOptions, type EvaluateFlags } from '../evaluate/options.js';
import { addJson, addTarget, type ServiceFlags } from '../options.js';

/** `clipid evaluate`: how well a bundle recognises people, by the challenge's protocol. */
export function evaluateCommand(program: Command, run: Run): void {
  const command = program
    .command('evaluate')
    .description('how well a bundle recognises the people of a folder')
    .argument('<data>', 'a folder of people, or a .npy file of features');
  const drift = command
    .command('drift')
    .description('whether the faces of a gallery have changed since it was calibrated')
    .argument('<gallery>');
  addJson(addTarget(drift))
    .addHelpText('after', DRIFT_HELP)
    .action((gallery: string, _own: unknown, self: Command) =>
      run((context) => reportDrift(context, gallery, driftFlags(self))),
    );
  addEvaluateOptions(command)
    .addHelpText('after', EVALUATE_HELP)
    .action((data: string, flags: EvaluateFlags) =>
      run(async (context) => {
        const { runEvaluate } = await import('../evaluate/run-evaluate.js');
        return runEvaluate(context, data, flags);
      }),
    );
}

type DriftFlags = Omit<ServiceFlags, 'gallery'>;

/** Options that `evaluate` has too are taken by it, wherever they stand; its --bundle may be several. */
function driftFlags(command: Command): DriftFlags {
  type Flags = Omit<DriftFlags, 'bundle'> & { readonly bundle?: string | readonly string[] };
  const { bundle, ...flags } = command.optsWithGlobals<Flags>();
  const last = typeof bundle === 'string' ? bundle : bundle?.at(-1);
  return last === undefined ? flags : { ...flags, bundle: last };
}
