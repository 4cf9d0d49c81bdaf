import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Target } from './session.js';

export interface ServiceFlags extends Target {
  readonly gallery: string;
  readonly json?: boolean;
}

/** `--server` or `--data`: where the command does its work. */
export function addTarget(command: Command): Command {
  return command
    .addOption(
      new Option('--server <address>', 'a running server: host:port or unix:/path').conflicts(
        'data',
      ),
    )
    .option('--data <folder>', 'the data folder, used by this process alone (default: var/data)');
}

export function addGallery(command: Command): Command {
  return command.option('--gallery <id>', 'the gallery', 'default');
}

export function addJson(command: Command): Command {
  return command.option('--json', 'one JSON document a line on stdout');
}

/** A parser of whole numbers within bounds, for commander. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** A parser of numbers within bounds, for commander. */
export function decimal(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
  };
}

/** For an option that may be given several times. */
export function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}
