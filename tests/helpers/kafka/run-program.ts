import { execFile, type ExecFileException } from 'node:child_process';
import { promisify } from 'node:util';

/** On Debian and Ubuntu; Java must be 17 or newer, which it is since Debian 12 and Ubuntu 24.04. */
export const HOW_TO_INSTALL =
  'sudo apt-get update && sudo apt-get install -y default-jre-headless maven';

const TAIL_CHARACTERS = 2_000;

/**
 * Runs a program of Java's or Maven's to its end.
 *
 * @returns what it printed to stdout.
 * @throws Error that says how to install the program, or the end of what it printed.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  timeoutMs: number,
): Promise<string> {
  try {
    const options = { timeout: timeoutMs, maxBuffer: 64 * 2 ** 20 };
    return (await promisify(execFile)(program, args, options)).stdout;
  } catch (error) {
    throw explained(program, error as ProgramFailure, timeoutMs);
  }
}

interface ProgramFailure extends ExecFileException {
  readonly stdout?: string;
  readonly stderr?: string;
}

function explained(program: string, error: ProgramFailure, timeoutMs: number): Error {
  if (error.code === 'ENOENT') return missing(program);
  const printed = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim().slice(-TAIL_CHARACTERS);
  const how = error.killed === true ? `took longer than ${timeoutMs} ms` : 'failed';
  return new Error(`${program} ${how}: ${printed === '' ? error.message : printed}`);
}

/** The tests need the program and it is not there: what to do about it. */
export function missing(program: string): Error {
  return new Error(
    `Tests with Kafka need ${program}, and it is not installed. On Debian and Ubuntu: ${HOW_TO_INSTALL}. ` +
      'Or name running brokers in KAFKA_BROKERS=host:port,...',
  );
}
