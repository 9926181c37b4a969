/** Says that entries wait in the database, without opening it. */
export const WAITING_KEY = "mrmrthon.waiting";

/** Send what waits from whichever page the site is opened at. */
export function sendWaiting(): void {
  try {
    if (localStorage.getItem(WAITING_KEY) === null) return;
  } catch {
    return;
  }
  import("./queue.svelte").then(
    ({ start }) => start(),
    () => undefined,
  );
}
