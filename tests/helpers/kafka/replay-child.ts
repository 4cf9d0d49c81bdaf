import { DeadLetters } from '../../../services/ingest/kafka/dead-letters.js';
import { connectKafka } from './connect.js';
import type { LabTopics } from './letter-lab.js';

/**
 * A process that replays all dead letters and says after each transaction how many it has done. It is
 * there to be killed. Arguments: a broker, the topics as JSON.
 */
const [broker = '', topics = ''] = process.argv.slice(2);
const kafka = connectKafka({ brokers: [broker] });
const names = JSON.parse(topics) as LabTopics;
const letters = new DeadLetters(kafka, names, new AbortController().signal);
await letters.replay({ all: true }, undefined, (ended) => process.stdout.write(`${ended}\n`));
