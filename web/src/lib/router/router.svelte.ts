/** The current URL, as reactive state. CloudFront answers every path without a file extension with the same page. */

function read(): { path: string; query: URLSearchParams } {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

let place = $state.raw(read());
let visits = $state(0);
// A query change, such as typing into a search, does not change the page.
const path = $derived(place.path);

/** Asks before a page with unsaved work is left. */
let guard: (() => boolean) | undefined;

export const router = {
  get path(): string {
    return path;
  },
  /** Number of navigations since the page load, including those to the same page. */
  get visits(): number {
    return visits;
  },
  get query(): URLSearchParams {
    return place.query;
  },
};

/** Navigate to a path of this site. */
export function go(to: string, { replace = false } = {}): void {
  if (guard && !guard()) return;
  history[replace ? "replaceState" : "pushState"](null, "", to);
  place = read();
  visits += 1;
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
  place = read();
}

/** Ask before leaving the page: `confirm` returns whether to leave. Returns a function that removes the guard. */
export function guardLeaving(confirm: () => boolean): () => void {
  guard = confirm;
  return () => {
    if (guard === confirm) guard = undefined;
  };
}

/** Handle clicks on links of this site and the browser's back and forward buttons. */
export function start(): void {
  addEventListener("popstate", () => {
    const before = path;
    // The URL has already changed; restore it if the user wants to stay.
    if (before !== location.pathname && guard && !guard()) {
      const query = place.query.toString();
      history.pushState(null, "", before + (query && `?${query}`));
      return;
    }
    place = read();
    // The browser handles fragments of the same page.
    if (before !== path) visits += 1;
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
    go(to.pathname + to.search + to.hash);
  });
}

/** The path of the login page, which returns here afterwards. Reactive. */
export const loginPath = (): string => {
  const query = place.query.toString();
  const here = place.path + (query && `?${query}`);
  return here === "/" ? "/login" : `/login?back=${encodeURIComponent(here)}`;
};

/** The path to return to after a login. Only paths of this site are accepted (no open redirect). */
export function backPath(query: URLSearchParams, otherwise: string): string {
  const back = query.get("back");
  return back !== null && /^\/(?![/\\])/.test(back) ? back : otherwise;
}
