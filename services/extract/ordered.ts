/**
 * Runs `work` on the items of a source, at most `concurrency` at a time, and yields the results in
 * the order of the items. The source is asked for the next item only when there is room for it, so a
 * slow consumer slows the source down. On an error the work in hand is waited for, then it is thrown.
 */
export async function* mapInOrder<In, Out>(
  source: AsyncIterable<In>,
  work: (item: In) => Promise<Out>,
  concurrency: number,
): AsyncGenerator<Out> {
  const running: Promise<Out>[] = [];
  try {
    for await (const item of source) {
      const result = work(item);
      result.catch(() => undefined); // it is awaited in its turn; until then it must not go unhandled
      running.push(result);
      const first = running.length >= concurrency ? running.shift() : undefined;
      if (first !== undefined) yield await first;
    }
    for (let next = running.shift(); next !== undefined; next = running.shift()) yield await next;
  } finally {
    await Promise.allSettled(running);
  }
}
