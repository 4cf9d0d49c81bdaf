import { loadConfig } from '../../config.js';
import type { CheckReport, Finding } from '../../ingest/kafka/check/check.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { kafkaTarget, type KafkaFlags } from '../kafka-target.js';
import type { Terminal } from '../terminal.js';

export interface CheckFlags extends KafkaFlags {
  readonly json?: boolean;
}

const HEADINGS: Readonly<Record<Finding['area'], string>> = {
  brokers: 'Brokers',
  topics: 'Topics',
  rights: 'Rights',
  groups: 'Consumer groups',
};

/** Prints what was found; 1 where something fails, 4 where no broker answers. */
export async function checkKafkaSetup(context: Context, flags: CheckFlags): Promise<ExitCode> {
  const { connection, topics } = kafkaTarget(flags);
  const { kafkaGroup: groupId } = loadConfig({ kafkaBrokers: flags.brokers });
  const { checkKafka } = await import('../../ingest/kafka/check/check.js');
  const report = await checkKafka({ connection, topics, groupId });
  if (flags.json === true)
    for (const finding of report.findings) context.terminal.result(JSON.stringify(finding));
  else printText(context.terminal, report);
  return exitCodeOf(report);
}

function printText(terminal: Terminal, { findings, isReachable }: CheckReport): void {
  let area = '';
  for (const finding of findings) {
    if (finding.area !== area) terminal.result(HEADINGS[finding.area]);
    area = finding.area;
    terminal.result(`  ${finding.state.padEnd(5)}${finding.subject}: ${finding.text}`);
  }
  if (!isReachable) terminal.note('No broker answers, so nothing else was looked at.');
}

function exitCodeOf({ findings, isReachable }: CheckReport): ExitCode {
  if (!isReachable) return EXIT.unavailable;
  return findings.some(({ state }) => state === 'FAIL') ? EXIT.failed : EXIT.ok;
}
