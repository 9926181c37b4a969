/** The current URL, as reactive state. CloudFront answers every path without a file extension with the same page. */

function readLocation(): { path: string; query: URLSearchParams } {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

let current = $state.raw(readLocation());
let navigations = $state(0);
// A query change, such as typing into a search, does not change the page.
const path = $derived(current.path);

/** Asks before a page with unsaved work is left. */
let guard: (() => boolean) | undefined;

export const router = {
  get path(): string {
    return path;
  },
  /** Number of navigations since the page load, including those to the same page. */
  get navigations(): number {
    return navigations;
  },
  get query(): URLSearchParams {
    return current.query;
  },
};

/** Navigate to a path of this site. */
export function navigate(to: string, { replace = false } = {}): void {
  if (guard && !guard()) return;
  history[replace ? "replaceState" : "pushState"](null, "", to);
  current = readLocation();
  navigations += 1;
  scrollTo(0, 0);
}

/** Change the query without a history entry, for text typed into a search. */
export function setQuery(changes: Record<string, string | undefined>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  history.replaceState(history.state, "", location.pathname + (text && `?${text}`));
  current = readLocation();
}

/** Ask before leaving the page: `confirm` returns whether to leave. Returns a function that removes the guard. */
export function guardNavigation(confirm: () => boolean): () => void {
  guard = confirm;
  return () => {
    if (guard === confirm) guard = undefined;
  };
}

/** Handle clicks on links of this site and the browser's back and forward buttons. */
export function startRouter(): void {
  addEventListener("popstate", () => {
    const before = path;
    // The URL has already changed; restore it if the user wants to stay.
    if (before !== location.pathname && guard && !guard()) {
      const query = current.query.toString();
      history.pushState(null, "", before + (query && `?${query}`));
      return;
    }
    current = readLocation();
    // The browser handles fragments of the same page.
    if (before !== path) navigations += 1;
  });
  document.addEventListener("click", (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link?.href || link.target || link.hasAttribute("download")) return;
    const to = new URL(link.href);
    if (to.origin !== location.origin || /^\/(api|docs)(\/|$)/.test(to.pathname)) return;
    // The browser handles fragments of the same page.
    if (to.hash && to.pathname === location.pathname && to.search === location.search) return;
    event.preventDefault();
    navigate(to.pathname + to.search + to.hash);
  });
}

/** The path of the login page, which returns here afterwards. Reactive. */
export const loginPath = (): string => {
  const query = current.query.toString();
  const here = current.path + (query && `?${query}`);
  return here === "/" ? "/login" : `/login?back=${encodeURIComponent(here)}`;
};

/** The path to return to after a login. Only paths of this site are accepted (no open redirect). */
export function returnPath(query: URLSearchParams, otherwise: string): string {
  const back = query.get("back");
  return back !== null && /^\/(?![/\\])/.test(back) ? back : otherwise;
}
