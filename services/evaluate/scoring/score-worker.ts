import { parentPort } from 'node:worker_threads';
import { toClipidError } from '../../core/errors.js';
import { RowProducts } from '../../vision/runtime/row-products.js';
import { type Block, blockCount, BlockScorer } from './blocks.js';
import { CollectPass } from './collect-pass.js';
import { CountPass } from './count-pass.js';
import { GIVE_UP, NEXT_BLOCK, type ScoreAnswer, type ScoreTask } from './score-protocol.js';

let opened: { readonly dimension: number; readonly products: RowProducts } | null = null;

/** One session a dimension, kept: sessions that come and go leak. */
async function productsOf(dimension: number): Promise<RowProducts> {
  if (opened?.dimension === dimension) return opened.products;
  await opened?.products.close();
  opened = { dimension, products: await RowProducts.open(dimension) };
  return opened.products;
}

async function eachBlock({ set, control }: ScoreTask, work: (block: Block) => void): Promise<void> {
  const scorer = new BlockScorer(set, await productsOf(set.dimension));
  const blocks = blockCount(set);
  while (Atomics.load(control, GIVE_UP) === 0) {
    const index = Atomics.add(control, NEXT_BLOCK, 1);
    if (index >= blocks) return;
    work(await scorer.score(index));
  }
}

async function answer(task: ScoreTask): Promise<ScoreAnswer> {
  try {
    if (task.plan === undefined) {
      const pass = new CountPass();
      await eachBlock(task, (block) => pass.add(task.set, block));
      return { counts: pass.take() };
    }
    const pass = new CollectPass(task.plan);
    await eachBlock(task, (block) => pass.add(task.set, block));
    return { collected: pass.result };
  } catch (thrown) {
    const { code, message } = toClipidError(thrown);
    return { code, message };
  }
}

parentPort?.on('message', (task: ScoreTask) => {
  void answer(task).then((reply) => {
    const counts = 'counts' in reply ? [reply.counts.genuine, reply.counts.impostor] : [];
    // Moved, not copied: it is a large part of what a small pass costs.
    const moved = counts.map(({ buffer }) => buffer as ArrayBuffer);
    parentPort?.postMessage(reply, moved);
  });
});
