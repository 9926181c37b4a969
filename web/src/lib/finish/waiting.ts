/** Whether entries wait in the database, told without opening it. */
const KEY = "mrmrthon.waiting";

export function areWaiting(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

export function noteWaiting(count: number): void {
  try {
    if (count > 0) localStorage.setItem(KEY, String(count));
    else localStorage.removeItem(KEY);
  } catch {
    // They are then sent from the pages for organizers only.
  }
}
