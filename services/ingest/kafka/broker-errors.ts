import { ClipidError, toClipidError } from '../../core/errors.js';
import { adviceForClass, adviceForType, type Advice } from './broker-advice.js';

/** Deeper than kafkajs wraps; an error may name itself as its cause. */
const MAX_DEPTH = 10;

const DAMAGED =
  'A batch of messages is damaged on its disk: look for it with kafka-dump-log, then move the offset of the group past it with kafka-consumer-groups.';

/** What kafkajs's errors have in common, as far as they have it. */
interface BrokerFault extends Error {
  readonly type?: unknown;
  readonly code?: unknown;
  readonly topic?: unknown;
  readonly broker?: unknown;
  readonly originalError?: unknown;
  readonly errors?: unknown;
}

/**
 * What a call of kafkajs threw, as an error of ours. UNAVAILABLE passes by itself: a broker or the
 * network is away, a group rebalances. BROKER_FAILED does not, and its message says what to change.
 * An error of ours that came through kafkajs is given back; what is none of the two is INTERNAL.
 */
export function toBrokerError(thrown: unknown): ClipidError {
  const faults = chainOf(thrown);
  const ours = faults.find((fault) => fault instanceof ClipidError);
  if (ours !== undefined) return ours;
  const known = mostTelling(faults);
  if (known !== undefined) return describe(known, thrown);
  const isKafkas = faults.some((fault) => fault.name.startsWith('KafkaJS'));
  return isKafkas ? misused(faults, thrown) : toClipidError(thrown);
}

/** Whether a broker said no, and will say so again until somebody changes something there. */
export function isRefusal(error: ClipidError): boolean {
  return error.code === 'BROKER_FAILED' && error.details['error'] !== undefined;
}

/** Whether the brokers answered that the topic, or a partition of it, is not there. */
export function isUnknownTopic(thrown: unknown): boolean {
  return brokerErrorTypes(thrown).includes('UNKNOWN_TOPIC_OR_PARTITION');
}

/** The protocol's names of everything that went wrong, outermost first: `TOPIC_ALREADY_EXISTS`. */
export function brokerErrorTypes(thrown: unknown): readonly string[] {
  return chainOf(thrown).flatMap(({ type }) => (typeof type === 'string' ? [type] : []));
}

/** An error and all that it is said to come from, outermost first. */
function chainOf(thrown: unknown, depth = 0): readonly BrokerFault[] {
  if (!(thrown instanceof Error) || depth > MAX_DEPTH) return [];
  const fault: BrokerFault = thrown;
  const inner = Array.isArray(fault.errors) ? (fault.errors as readonly unknown[]) : [];
  const causes = [fault.cause, fault.originalError, ...inner];
  return [fault, ...causes.flatMap((cause) => chainOf(cause, depth + 1))];
}

interface Known {
  readonly fault: BrokerFault;
  readonly advice: Advice;
}

/**
 * The innermost says what happened, those around it how often it was tried; but of several, one that
 * does not pass decides.
 */
function mostTelling(faults: readonly BrokerFault[]): Known | undefined {
  const known = faults.toReversed().flatMap((fault): readonly Known[] => {
    const advice = adviceFor(fault);
    return advice === undefined ? [] : [{ fault, advice }];
  });
  return known.find(({ advice }) => !advice.passes) ?? known[0];
}

function adviceFor({ type, name, code }: BrokerFault): Advice | undefined {
  if (typeof type === 'string') return adviceForType(type);
  return adviceForClass(name, typeof code === 'string' ? code : undefined);
}

function describe({ fault, advice }: Known, cause: unknown): ClipidError {
  const where = typeof fault.topic === 'string' ? ` (topic ${fault.topic})` : '';
  const message = `Kafka: ${sentence(fault.message)}${where}. ${advice.text}`;
  const code = advice.passes ? 'UNAVAILABLE' : 'BROKER_FAILED';
  return new ClipidError(code, message, { cause, details: factsOf(fault) });
}

/** kafkajs refused by itself, or broke: a restart would only do the same again. */
function misused(faults: readonly BrokerFault[], cause: unknown): ClipidError {
  const text = sentence(faults.at(-1)?.message ?? '');
  const message = faults.some((fault) => fault.name === 'RangeError')
    ? `Kafka: an answer of a broker cannot be read (${text}). ${DAMAGED}`
    : `Kafka's client cannot do this: ${text}. Look at the settings CLIPID_KAFKA_*.`;
  return new ClipidError('BROKER_FAILED', message, { cause });
}

function factsOf(fault: BrokerFault): Readonly<Record<string, string>> {
  const { type, topic, broker } = fault;
  const facts = Object.entries({ error: type ?? fault.name, topic, broker });
  return Object.fromEntries(
    facts.filter((fact): fact is [string, string] => typeof fact[1] === 'string'),
  );
}

function sentence(text: string): string {
  return text.trim().replace(/[.:]+$/, '');
}
