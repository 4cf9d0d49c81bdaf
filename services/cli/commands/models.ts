import type { Command } from 'commander';
import type { Run } from '../context.js';
import { buildCommand } from '../models/build.js';
import { calibrateCommand } from '../models/calibrate.js';
import { fetchCommand } from '../models/fetch.js';
import { flopsCommand } from '../models/flops.js';
import { importCommand } from '../models/import.js';
import { planCommand } from '../models/plan.js';
import { prepareCommand } from '../models/prepare.js';
import { showCommands } from '../models/show.js';
import { verifyCommand } from '../models/verify.js';

const EXAMPLES = `
The default bundle is prepared by itself when it is missing, from an npm package; nothing is
downloaded. Bundles lie in CLIPID_MODELS (default: var/models); --bundle or CLIPID_BUNDLE chooses one.

Examples:
  clipid models list                                   what is there
  clipid models fetch opencv-zoo --from /mnt/models    a well-known model, from your own copy
  clipid models import iresnet.onnx --colour RGB ...   a recogniser of your own
  clipid models build polyface-qan --seed 1            the paper's networks, untrained
  clipid models verify default                         does every stage make sense?
  clipid models calibrate --people people/             thresholds by their false positive rate
  clipid models flops default --budget 30G             what one face costs`;

/** `clipid models`: bundles of networks. */
export function modelsCommand(program: Command, run: Run): void {
  const group = program
    .command('models')
    .description('model bundles: list, build, import, fetch, verify, calibrate, count, plan')
    .addHelpText('after', EXAMPLES);
  const commands = [
    showCommands,
    prepareCommand,
    buildCommand,
    importCommand,
    fetchCommand,
    verifyCommand,
    calibrateCommand,
    flopsCommand,
    planCommand,
  ];
  for (const add of commands) add(group, run);
}
