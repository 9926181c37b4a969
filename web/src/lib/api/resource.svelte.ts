/** Data that a page loads from the API: its value, loading state and problem. */
import type { FetchPage } from "./pages";
import { toProblem, type ApiProblem } from "./problem";

/**
 * Data loaded with one request. Only the response to the latest request counts.
 *
 * Create it in a component's script, and call `load` in an `$effect` to load again when its dependencies change.
 */
export class Resource<T> {
  data = $state.raw<T>();
  problem = $state.raw<ApiProblem>();
  isLoading = $state(false);
  #latestId = 0;
  #fetch: (() => Promise<T>) | undefined;

  async load(fetch: () => Promise<T>): Promise<void> {
    this.#fetch = fetch;
    const id = (this.#latestId += 1);
    this.isLoading = true;
    this.problem = undefined;
    try {
      const data = await fetch();
      if (id === this.#latestId) this.data = data;
    } catch (cause) {
      if (id === this.#latestId) this.problem = toProblem(cause);
    } finally {
      if (id === this.#latestId) this.isLoading = false;
    }
  }

  retry = (): Promise<void> => (this.#fetch ? this.load(this.#fetch) : Promise.resolve());
}

/** A list loaded page by page; `data` has the items of all pages so far. */
export class PagedResource<T> {
  data = $state.raw<T[]>();
  problem = $state.raw<ApiProblem>();
  isLoading = $state(false);
  hasMore = $state(false);
  #cursor: string | null = null;
  #latestId = 0;
  #fetchPage: FetchPage<T> | undefined;

  /** Load the first page. The previous items stay until it has arrived. */
  async load(fetchPage: FetchPage<T>): Promise<void> {
    this.#fetchPage = fetchPage;
    await this.#loadPage(undefined);
  }

  loadMore = (): Promise<void> => this.#loadPage(this.#cursor ?? undefined);

  retry = (): Promise<void> => this.#loadPage(this.data === undefined ? undefined : (this.#cursor ?? undefined));

  /** Update the items without a request. */
  update(change: (items: T[]) => T[]): void {
    this.data = change(this.data ?? []);
  }

  async #loadPage(cursor: string | undefined): Promise<void> {
    if (!this.#fetchPage) return;
    const id = (this.#latestId += 1);
    this.isLoading = true;
    this.problem = undefined;
    try {
      const page = await this.#fetchPage(cursor);
      if (id !== this.#latestId) return;
      this.data = cursor === undefined ? page.items : [...(this.data ?? []), ...page.items];
      this.#cursor = page.next_cursor;
      this.hasMore = page.next_cursor !== null;
    } catch (cause) {
      if (id === this.#latestId) this.problem = toProblem(cause);
    } finally {
      if (id === this.#latestId) this.isLoading = false;
    }
  }
}
