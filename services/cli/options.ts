import { type Command, InvalidArgumentError, Option } from 'commander';
import { PROVIDERS } from '../core/providers.js';
import type { Target } from './session.js';

export interface ServiceFlags extends Target {
  readonly gallery: string;
  readonly json?: boolean;
}

/** `--provider`: what networks run on. */
export function providerOption(): Option {
  return new Option('--provider <name>', 'what the networks run on (default: auto)').choices(
    PROVIDERS,
  );
}

/** `--server` or `--data`: where the command does its work. */
export function addTarget(command: Command): Command {
  return command
    .addOption(
      new Option('--server <address>', 'a running server: host:port or unix:/path').conflicts(
        'data',
      ),
    )
    .option('--data <folder>', 'the data folder, used by this process alone (default: var/data)')
    .option('--bundle <name|folder>', 'the model bundle, without --server (default: default)')
    .addOption(providerOption())
    .option('--allow-untrained', 'run a bundle with weights from a seed; its results are chance');
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

/** A share that is neither nothing nor all, for commander. */
export function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError('It must be a number above 0 and below 1.');
}

/** For an option that may be given several times. */
export function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}
