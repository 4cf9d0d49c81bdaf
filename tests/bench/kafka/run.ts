import { startKafka } from '../../helpers/kafka/start-kafka.js';
import { benchOverhead } from './overhead.js';
const kafka = await startKafka();
await benchOverhead(kafka);
await kafka.stop();
