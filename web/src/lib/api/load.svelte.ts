/** Data that a page loads from the API: its value, loading state and problem. */
import { problemFrom, type ApiProblem } from "./problem";

/**
 * Data loaded with one request. Only the response to the latest request counts.
 *
 * Create it in a component's script, and call `ask` in an `$effect` to load again when its dependencies change.
 */
export class Loaded<T> {
  data = $state.raw<T>();
  problem = $state.raw<ApiProblem>();
  busy = $state(false);
  #question = 0;
  #ask: (() => Promise<T>) | undefined;

  async ask(how: () => Promise<T>): Promise<void> {
    this.#ask = how;
    const question = (this.#question += 1);
    this.busy = true;
    this.problem = undefined;
    try {
      const data = await how();
      if (question === this.#question) this.data = data;
    } catch (cause) {
      if (question === this.#question) this.problem = problemFrom(cause);
    } finally {
      if (question === this.#question) this.busy = false;
    }
  }

  again = (): Promise<void> => (this.#ask ? this.ask(this.#ask) : Promise.resolve());
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** Fetch all pages of a list. `seen` is called with the number of items so far. */
export async function all<T>(
  page: (cursor: string | undefined) => Promise<Page<T>>,
  seen?: (count: number) => void,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const { items: more, next_cursor } = await page(cursor);
    items.push(...more);
    seen?.(items.length);
    cursor = next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

/** A list loaded page by page; `data` has the items of all pages so far. */
export class Listed<T> {
  data = $state.raw<T[]>();
  problem = $state.raw<ApiProblem>();
  busy = $state(false);
  #cursor: string | null = null;
  hasMore = $state(false);
  #question = 0;
  #page: ((cursor: string | undefined) => Promise<Page<T>>) | undefined;

  /** Load the first page. The previous items stay until it has arrived. */
  async ask(page: (cursor: string | undefined) => Promise<Page<T>>): Promise<void> {
    this.#page = page;
    await this.#turn(undefined);
  }

  more = (): Promise<void> => this.#turn(this.#cursor ?? undefined);

  again = (): Promise<void> => this.#turn(this.data === undefined ? undefined : (this.#cursor ?? undefined));

  /** Update the items without a request. */
  change(items: (before: T[]) => T[]): void {
    this.data = items(this.data ?? []);
  }

  async #turn(cursor: string | undefined): Promise<void> {
    if (!this.#page) return;
    const question = (this.#question += 1);
    this.busy = true;
    this.problem = undefined;
    try {
      const page = await this.#page(cursor);
      if (question !== this.#question) return;
      this.data = cursor === undefined ? page.items : [...(this.data ?? []), ...page.items];
      this.#cursor = page.next_cursor;
      this.hasMore = page.next_cursor !== null;
    } catch (cause) {
      if (question === this.#question) this.problem = problemFrom(cause);
    } finally {
      if (question === this.#question) this.busy = false;
    }
  }
}
