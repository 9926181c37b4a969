export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type FetchPage<T> = (cursor: string | undefined) => Promise<Page<T>>;

/** Fetch all pages of a list. `onProgress` is called with the number of items so far. */
export async function fetchAllPages<T>(fetchPage: FetchPage<T>, onProgress?: (count: number) => void): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await fetchPage(cursor);
    items.push(...page.items);
    onProgress?.(items.length);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}
