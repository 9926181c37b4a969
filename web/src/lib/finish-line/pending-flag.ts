/**
 * A localStorage flag that says whether IndexedDB has unsent entries, so that most page loads need not open the
 * database.
 */
const KEY = "mrmrthon.waiting";

export function hasPendingEntries(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

export function setPendingEntries(count: number): void {
  try {
    if (count > 0) localStorage.setItem(KEY, String(count));
    else localStorage.removeItem(KEY);
  } catch {
    // Without the flag, entries are sent when an organizer page is opened.
  }
}
