/**
 * The queue of entries typed by the current user.
 *
 * Entries are sent in typing order, one at a time for each race. The sending tab holds the race's Web Lock, and every
 * step is written to IndexedDB before it is taken, so that several tabs, reloads and lost responses neither lose an
 * entry nor enter it twice. A refused entry is set aside for review and does not block the others.
 */
import type { OfficialRecord } from "$lib/race/result";
import { session } from "$lib/session/session.svelte";
import { nextEntry, retryDelay, type Entry } from "./entry";
import { setPendingEntries } from "./pending-flag";
import { fetchRecord, overwriteRecord, sendResult, type BibResult } from "./send";
import * as store from "./store";

let entries = $state.raw<readonly Entry[]>([]);
let network = $state<"up" | "down">("up");

export const queue = {
  /** In typing order. */
  get entries(): readonly Entry[] {
    return entries;
  },
  /** Whether the last attempt reached the API. */
  get network(): "up" | "down" {
    return network;
  },
};

type Listener = (record: OfficialRecord) => void;
const listeners = new Set<Listener>();

/** Subscribe to the records that the API saved for entries, in this tab or another. */
export function onAccepted(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("mrmrthon.finish");

async function refresh(): Promise<void> {
  const user = session.user?.user_id;
  const stored = user === undefined ? [] : await store.getEntries(user);
  entries = stored;
  setPendingEntries(stored.length);
}

/** Notify this tab and the others that the queue, and possibly a record, has changed. */
async function notify(record?: OfficialRecord): Promise<void> {
  channel?.postMessage(record ?? null);
  await refresh();
  if (record) for (const listener of listeners) listener(record);
}

/** Send the waiting entries of a race. Returns "retry" if some have to be sent later. */
async function sendEntries(marathonId: string): Promise<"done" | "retry"> {
  for (;;) {
    const user = session.user?.user_id;
    if (user === undefined || session.isExpired) return "done";
    const next = nextEntry((await store.getEntries(user)).filter((entry) => entry.marathon_id === marathonId));
    if (!next) return "done";
    if (!navigator.onLine) return "retry";
    const entry = await store.updateEntry(next.seq, { state: "sending", sent: true });
    if (!entry) continue;
    await notify();
    const outcome = await sendResult(entry);
    network = outcome.is === "retry" ? "down" : "up";
    if (outcome.is === "accepted") {
      await store.deleteEntry(entry.seq);
      await notify(outcome.record);
      continue;
    }
    if (outcome.is === "refused") {
      await store.updateEntry(entry.seq, { state: "refused", refusal: outcome.refusal });
      await notify(outcome.saved);
      continue;
    }
    await store.updateEntry(entry.seq, { state: "waiting" });
    await notify();
    return outcome.is === "retry" ? "retry" : "done";
  }
}

const withLock = <T>(marathonId: string, work: () => Promise<T>): Promise<T> =>
  navigator.locks.request(`mrmrthon.finish.${marathonId}`, work) as Promise<T>;

let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let running: Promise<void> | undefined;
let isRequested = false;

/** Send all waiting entries now. */
export function sendNow(): void {
  isRequested = true;
  running ??= run().finally(() => (running = undefined));
}

async function run(): Promise<void> {
  clearTimeout(timer);
  while (isRequested) {
    isRequested = false;
    try {
      await refresh();
      const races = [...new Set(entries.filter(({ state }) => state !== "refused").map((each) => each.marathon_id))];
      const outcomes = await Promise.all(races.map((race) => withLock(race, () => sendEntries(race))));
      failures = outcomes.includes("retry") ? failures + 1 : 0;
      if (failures === 0 && navigator.onLine) network = "up";
    } catch {
      // IndexedDB failed. The entries are still there; retry later.
      failures += 1;
    }
    if (failures > 0 && !isRequested) {
      if (!navigator.onLine) network = "down";
      timer = setTimeout(sendNow, retryDelay(failures));
    }
  }
}

/** Store an entry, then send it. Throws DuplicateBibError if the bib has an unsent entry, or if IndexedDB fails. */
export async function enqueue(result: BibResult & Pick<Entry, "name">): Promise<void> {
  const user_id = session.user?.user_id;
  if (user_id === undefined) throw new Error("not logged in");
  await store.addEntry({ ...result, user_id, typed_at: new Date().toISOString(), state: "waiting", sent: false });
  await notify();
  sendNow();
}

/** Correct an entry. Returns false if it is no longer in the queue or is being sent. */
export async function correctEntry(seq: number, correction: store.EntryCorrection): Promise<boolean> {
  const corrected = await store.correctEntry(seq, correction);
  await notify();
  sendNow();
  return corrected !== undefined;
}

export async function discardEntry(entry: Entry): Promise<void> {
  await store.deleteEntry(entry.seq);
  await notify();
}

/** Overwrite the saved record with an entry. */
export async function overwriteSaved(entry: Entry): Promise<void> {
  const record = await overwriteRecord(entry, await fetchRecord(entry));
  await store.deleteEntry(entry.seq);
  await notify(record);
}

let isStarted = false;

/** Start sending, for as long as the page is open. */
export function startQueue(): void {
  if (isStarted) return;
  isStarted = true;
  channel?.addEventListener("message", ({ data }: MessageEvent<OfficialRecord | null>) => {
    void refresh().then(() => {
      if (data) for (const listener of listeners) listener(data);
    });
  });
  addEventListener("online", () => {
    failures = 0;
    sendNow();
  });
  addEventListener("offline", () => (network = "down"));
  if (!navigator.onLine) network = "down";
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") sendNow();
  });
  // Send entries that waited for a login.
  $effect.root(() => {
    $effect(() => {
      if (!session.user || session.isExpired) entries = session.user ? entries : [];
      else sendNow();
    });
  });
}
