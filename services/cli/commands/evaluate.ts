import type { Command } from 'commander';
import type { Run } from '../context.js';
import { EVALUATE_HELP } from '../evaluate/help.js';
import { addEvaluateOptions, type EvaluateFlags } from '../evaluate/options.js';

/** `clipid evaluate`: how well a bundle recognises people, by the challenge's protocol. */
export function evaluateCommand(program: Command, run: Run): void {
  const command = program
    .command('evaluate')
    .description('how well a bundle recognises the people of a folder')
    .argument('<data>', 'a folder of people, or a .npy file of features');
  addEvaluateOptions(command)
    .addHelpText('after', EVALUATE_HELP)
    .action((data: string, flags: EvaluateFlags) =>
      run(async (context) => {
        const { runEvaluate } = await import('../evaluate/run-evaluate.js');
        return runEvaluate(context, data, flags);
      }),
    );
}
