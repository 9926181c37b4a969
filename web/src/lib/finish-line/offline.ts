/** Makes the site open without a network, once an organizer has visited a page of their race. */

let isRegistered = false;
let loadPages: readonly (() => Promise<unknown>)[] = [];

/** Set the pages that have to open without a network, whichever page is opened first. */
export function setOfflinePages(loaders: readonly (() => Promise<unknown>)[]): void {
  loadPages = loaders;
}

/** Register the service worker, and have it cache the offline pages and every asset that was loaded so far. */
export function cacheForOffline(): void {
  if (isRegistered || import.meta.env.DEV || !("serviceWorker" in navigator)) return;
  isRegistered = true;
  void navigator.storage?.persist?.().catch(() => false);
  navigator.serviceWorker
    .register("/sw.js")
    .then(() => navigator.serviceWorker.ready)
    .then(async ({ active }) => {
      await Promise.all(loadPages.map((load) => load()));
      const files = performance
        .getEntriesByType("resource")
        .map(({ name }) => new URL(name))
        .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/assets/"))
        .map(({ pathname }) => pathname);
      active?.postMessage({ keep: [...new Set(files)] });
    })
    // Without a service worker a reload needs the network; typed results are still in IndexedDB.
    .catch(() => undefined);
}
