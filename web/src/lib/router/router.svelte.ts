/** The current URL, as reactive state. CloudFront answers every path without a file extension with the same page. */

function read(): { path: string; query: URLSearchParams } {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

let place = $state.raw(read());
let visits = $state(0);
// What is typed into a search changes the place, and not which page it is.
const path = $derived(place.path);

/** What is to be asked before the page is left, while something on it is not saved. */
let guard: (() => boolean) | undefined;

export const router = {
  get path(): string {
    return path;
  },
  /** How often a page was gone to since the first, be it the one that was shown. */
  get visits(): number {
    return visits;
  },
  get query(): URLSearchParams {
    return place.query;
  },
};

/** Go to a path of this site. */
export function go(to: string, { replace = false } = {}): void {
  if (guard && !guard()) return;
  history[replace ? "replaceState" : "pushState"](null, "", to);
  place = read();
  visits += 1;
  scrollTo(0, 0);
}

/** Change the query of the path without a step in the history, for what is typed into a search. */
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

/** Ask before leaving: `confirm` answers whether to. The function that is returned ends it. */
export function guardLeaving(confirm: () => boolean): () => void {
  guard = confirm;
  return () => {
    if (guard === confirm) guard = undefined;
  };
}

/** Let links within the site be followed without loading it anew. */
export function start(): void {
  addEventListener("popstate", () => {
    const before = path;
    // The browser has gone already; whoever would rather stay is brought back.
    if (before !== location.pathname && guard && !guard()) {
      const query = place.query.toString();
      history.pushState(null, "", before + (query && `?${query}`));
      return;
    }
    place = read();
    // A place on the same page is the browser's affair.
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
    // A place on the page that is shown is the browser's affair.
    if (to.hash && to.pathname === location.pathname && to.search === location.search) return;
    event.preventDefault();
    go(to.pathname + to.search + to.hash);
  });
}

/** The path of the login, which leads back here. Reactive. */
export const loginPath = (): string => {
  const query = place.query.toString();
  const here = place.path + (query && `?${query}`);
  return here === "/" ? "/login" : `/login?back=${encodeURIComponent(here)}`;
};

/** The path to go back to after a login: one of this site, never another's. */
export function backPath(query: URLSearchParams, otherwise: string): string {
  const back = query.get("back");
  return back !== null && /^\/(?![/\\])/.test(back) ? back : otherwise;
}
