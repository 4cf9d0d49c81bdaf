const PAGE_SIZE = 1000;

/** Everything a paged list holds, one page after the other. */
export async function* allPages<Response extends { readonly nextPageToken: string }, Item>(
  fetchPage: (page: { pageSize: number; pageToken: string }) => Promise<Response>,
  itemsOf: (response: Response) => readonly Item[],
): AsyncGenerator<Item> {
  let pageToken = '';
  do {
    const response = await fetchPage({ pageSize: PAGE_SIZE, pageToken });
    yield* itemsOf(response);
    pageToken = response.nextPageToken;
  } while (pageToken !== '');
}

/** The same as a list, for what is known to be short. */
export async function allItems<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}
