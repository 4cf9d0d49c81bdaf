import { type Command, Option } from 'commander';
import { ClipidError } from '../core/errors.js';
import type { GallerySettings } from '../gen/clipid/v1/gallery.js';
import { share } from './options.js';

export interface TargetFlags {
  readonly targetFpr?: number;
  readonly uncertainFpr?: number;
}

export interface SettingFlags extends TargetFlags {
  readonly name?: string;
  readonly bundleTargets?: boolean;
}

/** `--target-fpr` and `--uncertain-fpr`: how many strangers may be taken for somebody. */
export function addTargets(command: Command, otherwise: string): Command {
  return command
    .option(
      '--target-fpr <share>',
      'share of strangers who may be MATCHED to anybody: with 0.01, of a thousand faces of ' +
        `strangers ten may be, however many people are enrolled (default: ${otherwise})`,
      share,
    )
    .option(
      '--uncertain-fpr <share>',
      'share of strangers who may be MATCHED or UNCERTAIN (default: ten times --target-fpr)',
      share,
    );
}

/** The way back, for `gallery set`. */
export function bundleTargetsOption(): Option {
  const option = new Option('--bundle-targets', 'decide as the models say, without targets here');
  return option.conflicts(['targetFpr', 'uncertainFpr']);
}

/** What of the flags was given. */
export function targetsOf({ targetFpr, uncertainFpr }: TargetFlags): TargetFlags {
  return {
    ...(targetFpr !== undefined && { targetFpr }),
    ...(uncertainFpr !== undefined && { uncertainFpr }),
  };
}

/** Settings of a request: undefined where the flags say nothing of them. */
export function settingsOf(flags: SettingFlags): Partial<GallerySettings> | undefined {
  const targets = targetsOf(flags);
  return flags.bundleTargets === true || Object.keys(targets).length > 0 ? targets : undefined;
}

/** What `gallery set` changes. Throws FIELD_INVALID where nothing is named. */
export function changeOf(flags: SettingFlags) {
  const settings = settingsOf(flags);
  const change = {
    ...(flags.name !== undefined && { displayName: flags.name }),
    ...(settings !== undefined && { settings }),
  };
  if (Object.keys(change).length > 0) return change;
  const message = 'Name what to change: --name, --target-fpr, --uncertain-fpr or --bundle-targets.';
  throw new ClipidError('FIELD_INVALID', message);
}
