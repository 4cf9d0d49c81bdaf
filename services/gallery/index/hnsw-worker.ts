/** The thread that owns graphs: hnswlib's calls are synchronous and must not hold up the main loop. */
import { parentPort } from 'node:worker_threads';
import type { IndexHit } from '../port.js';
import type { HnswAnswer, HnswCall, HnswClose, HnswReply, HnswRequest } from './hnsw-protocol.js';
import { HnswShard } from './hnsw-shard.js';

/** Vectors copied between two calls; some tens of milliseconds. */
const COPY_STEP = 32;

const shards = new Map<number, HnswShard>();
const port = parentPort;
if (port === null) throw new Error('hnsw-worker runs in a worker thread only.');

port.on('message', (request: HnswRequest | HnswClose) => {
  if ('close' in request) {
    shards.clear(); // Copying ends, and with it the thread.
    port.close();
    return;
  }
  port.postMessage(reply(request.id, request.call));
  scheduleCopy();
});

function reply(id: number, call: HnswCall): HnswReply {
  try {
    return { id, answer: perform(call) };
  } catch (thrown) {
    return { id, error: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function perform(call: HnswCall): HnswAnswer {
  if (call.kind === 'create') {
    shards.set(call.index, new HnswShard(call.dimension, call.options));
    return answer(0);
  }
  if (call.kind === 'drop') {
    shards.delete(call.index);
    return answer(0);
  }
  const shard = shards.get(call.index);
  if (shard === undefined) throw new Error(`There is no index ${call.index} in this thread.`);
  if (call.kind === 'search') return answer(shard.size, shard.search(call.vector, call.k));
  if (call.kind === 'add') shard.add(call.labels, call.vectors);
  else shard.remove(call.labels);
  return answer(shard.size);
}

function answer(size: number, hits: readonly IndexHit[] = []): HnswAnswer {
  return {
    size,
    labels: Uint32Array.from(hits, (hit) => hit.label),
    similarities: Float64Array.from(hits, (hit) => hit.similarity),
  };
}

let isScheduled = false;

/** One step a turn of the loop, so that calls that came meanwhile go first. */
function scheduleCopy(): void {
  const shard = [...shards.values()].find((candidate) => candidate.isCopying);
  if (shard === undefined || isScheduled) return;
  isScheduled = true;
  setImmediate(() => {
    isScheduled = false;
    shard.copySome(COPY_STEP);
    scheduleCopy();
  });
}
