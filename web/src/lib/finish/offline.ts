/** Lets this site open without the network, once somebody has been at a page for the finish line. */

let isAsked = false;

/** Have the service worker keep the pages, with what has been loaded for them so far. */
export function keepOffline(): void {
  if (isAsked || import.meta.env.DEV || !("serviceWorker" in navigator)) return;
  isAsked = true;
  void navigator.storage?.persist?.().catch(() => false);
  navigator.serviceWorker
    .register("/sw.js")
    .then(() => navigator.serviceWorker.ready)
    .then(async ({ active }) => {
      // The parts of the page at the finish line are wanted even if another page was opened first.
      await Promise.all([
        import("../../pages/organizer/FinishLine.svelte"),
        import("../../pages/organizer/Progress.svelte"),
      ]);
      const files = performance
        .getEntriesByType("resource")
        .map(({ name }) => new URL(name))
        .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/assets/"))
        .map(({ pathname }) => pathname);
      active?.postMessage({ keep: [...new Set(files)] });
    })
    // Without it, a reload needs the network; what was typed is kept all the same.
    .catch(() => undefined);
}
