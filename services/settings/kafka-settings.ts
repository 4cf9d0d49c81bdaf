import { z } from 'zod';
import { ascends, flag, list, numbers, whole } from './kinds.js';

const topic = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,200}$/, 'is a topic: at most 200 letters, digits or . _ -');

/** How the mechanisms are called that a login can have. */
export const SASL_MECHANISMS = ['none', 'plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** Everything about Kafka. Without brokers nothing of it is used. */
export const kafkaSettings = {
  kafkaBrokers: list
    .default([])
    .describe('Brokers to begin with, `host:port`, comma-separated. None: no Kafka.'),
  kafkaGroup: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,200}$/, 'is at most 200 letters, digits or . _ -')
    .default('clipid')
    .describe(
      'Consumer group of the processes that take clips. The gallery process reads as `<group>-gallery`.',
    ),
  kafkaTls: flag.default(false).describe('Whether connections are encrypted.'),
  kafkaTlsCa: z
    .string()
    .min(1)
    .optional()
    .describe("File of the certificates to trust (PEM), instead of the system's."),
  kafkaTlsCert: z
    .string()
    .min(1)
    .optional()
    .describe('File of the certificate that this process shows (PEM); with a key.'),
  kafkaTlsKey: z.string().min(1).optional().describe("File of that certificate's key (PEM)."),
  kafkaSasl: z.enum(SASL_MECHANISMS).default('none').describe('How the login is done.'),
  kafkaUsername: z.string().min(1).optional().describe('Who logs in.'),
  kafkaPassword: z
    .string()
    .min(1)
    .optional()
    .describe('Its password; better in a file, as every child process sees the environment.'),
  kafkaPasswordFile: z
    .string()
    .min(1)
    .optional()
    .describe('File with the password; a line end behind it does not count.'),
  kafkaClipsTopic: topic.default('clipid.clips').describe('Clips to work on (ClipSubmitted).'),
  kafkaPriorityTopic: topic
    .optional()
    .describe('Clips that come first, of the same form; none by default.'),
  kafkaRetrySeconds: numbers(1, 86_400)
    .refine(ascends, 'ascends, for example 5,60,600')
    .default([5, 60, 600])
    .describe(
      'Waits before a clip that failed for a passing reason is tried again by another process (role `extract`): each has a topic of its own, `<clips topic>.retry.1`, `.2`, ...; the last wait serves all further tries.',
    ),
  kafkaDeadLetterTopic: topic
    .default('clipid.clips.dlq')
    .describe('Messages that came to no result, as they were, with the reason.'),
  kafkaIdentificationsTopic: topic
    .default('clipid.identifications')
    .describe('Who was seen: an event a track and one a clip (IdentificationEvent).'),
  kafkaStatusTopic: topic
    .default('clipid.clips.status')
    .describe('What became of each clip (ClipStatusEvent).'),
  kafkaTracksTopic: topic
    .default('clipid.tracks')
    .describe(
      'From `extract` to `gallery` processes: tracks with their templates. Biometric data.',
    ),
  kafkaGalleryTopic: topic
    .default('clipid.gallery')
    .describe("A gallery's changes, for processes that will follow it. Nothing writes it yet."),
  kafkaInFlight: whole(1, 10_000)
    .default(32)
    .describe(
      'Messages of one topic that a process has taken and not finished; taking stops until one is.',
    ),
  kafkaSessionSeconds: whole(1, 1800)
    .default(30)
    .describe(
      'A process that is silent for so long is taken for dead, and its clips are given on. Brokers refuse less than 6 unless told otherwise (group.min.session.timeout.ms).',
    ),
} as const;

interface KafkaLogin {
  readonly kafkaSasl: string;
  readonly kafkaTls: boolean;
  readonly kafkaUsername?: string | undefined;
  readonly kafkaPassword?: string | undefined;
  readonly kafkaPasswordFile?: string | undefined;
  readonly kafkaTlsCert?: string | undefined;
  readonly kafkaTlsKey?: string | undefined;
  readonly kafkaTlsCa?: string | undefined;
}

/** What of the login does not fit together: the setting and the rule; undefined where all does. */
export function kafkaConflict(given: KafkaLogin): readonly [keyof KafkaLogin, string] | undefined {
  const { kafkaSasl, kafkaUsername, kafkaPassword, kafkaPasswordFile, kafkaTls } = given;
  const passwords = [kafkaPassword, kafkaPasswordFile].filter((one) => one !== undefined).length;
  if (kafkaSasl !== 'none' && kafkaUsername === undefined)
    return ['kafkaUsername', `is needed for a login by ${kafkaSasl}`];
  if (kafkaSasl !== 'none' && passwords !== 1)
    return ['kafkaPasswordFile', 'or CLIPID_KAFKA_PASSWORD is needed for a login, and one of them'];
  if (kafkaSasl === 'none' && (kafkaUsername !== undefined || passwords > 0))
    return ['kafkaSasl', 'must name a mechanism where a user or a password is given'];
  if ((given.kafkaTlsCert === undefined) !== (given.kafkaTlsKey === undefined))
    return ['kafkaTlsCert', 'and CLIPID_KAFKA_TLS_KEY are given both or neither'];
  if (!kafkaTls && (given.kafkaTlsCa ?? given.kafkaTlsCert) !== undefined)
    return ['kafkaTls', 'must be true where certificates are given'];
  return undefined;
}
