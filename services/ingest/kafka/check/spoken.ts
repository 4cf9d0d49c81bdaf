import type { ApiRanges } from './api-versions.js';

/** The versions are those that kafkajs 2.2 speaks and that can do what clipid needs. */
type Call = readonly [name: string, number: number, least: number, most: number];

/** Every call that clipid makes of a broker, by Kafka's name and number. */
const CALLS: readonly Call[] = [
  ['Produce', 0, 3, 7],
  ['Fetch', 1, 4, 11],
  ['ListOffsets', 2, 1, 3],
  ['Metadata', 3, 4, 6],
  ['OffsetCommit', 8, 2, 5],
  ['OffsetFetch', 9, 2, 4],
  ['FindCoordinator', 10, 1, 2],
  ['JoinGroup', 11, 0, 5],
  ['Heartbeat', 12, 0, 3],
  ['LeaveGroup', 13, 0, 3],
  ['SyncGroup', 14, 0, 3],
  ['SaslHandshake', 17, 1, 1],
  ['InitProducerId', 22, 0, 1],
  ['AddPartitionsToTxn', 24, 0, 1],
  ['AddOffsetsToTxn', 25, 0, 1],
  ['EndTxn', 26, 0, 1],
  ['TxnOffsetCommit', 28, 0, 1],
  ['SaslAuthenticate', 36, 0, 1],
];

const FETCH = 1;
/** What Kafka 4 no longer answers: it began to at this version of Fetch. */
const FETCH_OF_4 = 4;

/** Names of the calls that this broker and kafkajs have no version of in common. */
export function notSpoken(ranges: ApiRanges): readonly string[] {
  return CALLS.filter(([, number, least, most]) => {
    const broker = ranges.get(number);
    return broker === undefined || broker.most < least || broker.least > most;
  }).map(([name]) => name);
}

/** A broker does not say its version; what it no longer answers tells 4 from what was before. */
export function kafkaLine(ranges: ApiRanges): string {
  const fetch = ranges.get(FETCH);
  if (fetch === undefined) return 'something that is no Kafka broker';
  return fetch.least >= FETCH_OF_4 ? 'Kafka 4 or newer' : 'Kafka 3 or older';
}
