import { type Command, Option } from 'commander';
import type { Run } from '../context.js';
import { checkKafkaSetup, type CheckFlags } from '../kafka/check.js';
import { initKafka, type InitFlags } from '../kafka/init.js';
import { sendClips, type SendFlags } from '../kafka/send.js';
import { addBrokers } from '../kafka-target.js';
import { addGallery, addJson, whole } from '../options.js';

const EXAMPLES = `
Settings come from CLIPID_KAFKA_*: brokers, encryption, login, the names of the topics.

Examples:
  clipid kafka check                              does everything fit together?
  clipid kafka init --dry-run                     which topics would be created?
  clipid kafka init --partitions 24               work for up to 24 processes
  clipid kafka send https://cameras.example/door.mp4 --gallery staff`;

const INIT_HELP = `
Topics that are there are left as they are; how they differ from the plan is told. The plan:
  clips, and those to try again     kept 7 days
  dead letters                      kept 30 days, or until they are dropped
  identifications, status           kept 7 days
  tracks                            kept 3 days: biometric data
  changes of the gallery            the last of each
Doing it again, or twice at once, changes nothing.`;

const CHECK_HELP = `
Looks at every broker by its name, the topics and their settings, the rights that can be tried without
sending anything, and how far the consumer groups are behind. Changes nothing, but that the brokers get
to know the transactional id <group>-check, which nothing uses.
  OK     as it should be
  NOTE   could not be looked at, or is for you to judge
  WARN   works, but not as well as it should
  FAIL   does not work: exit code 1 (4 where no broker answers)`;

const SEND_HELP = `
For trying things out, and for scripts: a program sends the message itself (ClipSubmitted in
proto/clipid/v1/events.proto). Files become file: uris, which the processes that work on clips must be
able and allowed to read. A clip without --clip-id gets the id that its uri gives.`;

/** `clipid kafka`: what an operator needs to know and to do about Kafka. */
export function kafkaCommand(program: Command, run: Run): void {
  const group = program
    .command('kafka')
    .description('Kafka: create topics, check the set-up, send clips')
    .addHelpText('after', EXAMPLES);
  addInit(group, run);
  addBrokers(addJson(group.command('check').description('look for what does not fit together')))
    .addHelpText('after', CHECK_HELP)
    .action((flags: CheckFlags) => run((context) => checkKafkaSetup(context, flags)));
  addSend(group, run);
}

function addInit(group: Command, run: Run): void {
  const most = 10_000;
  addBrokers(addJson(group.command('init').description('create the topics that are missing')))
    .option('--partitions <n>', 'of the large topics (default: 12)', whole(1, most))
    .option('--replicas <n>', 'copies of each (default: one a broker, at most 3)', whole(1, 100))
    .option('--dry-run', 'only ask the brokers whether they would')
    .addHelpText('after', INIT_HELP)
    .action((flags: InitFlags) => run((context) => initKafka(context, flags)));
}

function addSend(group: Command, run: Run): void {
  const priority = new Option(
    '--priority <which>',
    'high comes first, without starving the others',
  );
  addBrokers(addJson(addGallery(group.command('send').description('send clips to work on'))))
    .argument('<uri|file...>')
    .option('--clip-id <id>', 'the id of the one clip that is sent')
    .addOption(priority.choices(['normal', 'high']).default('normal'))
    .addHelpText('after', SEND_HELP)
    .action((args: string[], flags: SendFlags) => run((one) => sendClips(one, args, flags)));
}
