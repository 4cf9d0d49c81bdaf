/**
 * Results in the order of the items, with at most `limit` of them in work or waiting for their turn.
 * Ends early with the error of the first item, in order, that failed.
 */
export async function* mapOrdered<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  for (const [index, item] of items.entries()) {
    const oldest = running.length >= limit ? running.shift() : undefined;
    if (oldest !== undefined) yield await oldest;
    const started = work(item, index);
    // An earlier one may end the loop; then nobody awaits this one.
    started.catch(() => undefined);
    running.push(started);
  }
  for (const result of running) yield await result;
}
