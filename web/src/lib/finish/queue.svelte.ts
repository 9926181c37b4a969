/**
 * The queue of entries typed by the current user.
 *
 * Entries are sent in typing order, one at a time for each race. The sending tab holds the race's Web Lock, and every
 * step is written to IndexedDB before it is taken, so that several tabs, reloads and lost responses neither lose an
 * entry nor enter it twice. A refused entry is set aside for review and does not block the others.
 */
import { session } from "$lib/session/session.svelte";
import { nextOf, pause, type Entry, type OfficialRecord, type Timed } from "./entry";
import { put, recordOf, send } from "./send";
import * as store from "./store";
import { noteWaiting } from "./waiting";

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

async function read(): Promise<void> {
  const user = session.user?.user_id;
  const found = user === undefined ? [] : await store.entriesOf(user);
  entries = found;
  noteWaiting(found.length);
}

/** Notify this tab and the others that the queue, and possibly a record, has changed. */
async function tell(record?: OfficialRecord): Promise<void> {
  channel?.postMessage(record ?? null);
  await read();
  if (record) for (const listener of listeners) listener(record);
}

/** Send the waiting entries of a race. Returns "later" if a retry is needed. */
async function sendAll(marathonId: string): Promise<"done" | "later"> {
  for (;;) {
    const user = session.user?.user_id;
    if (user === undefined || session.expired) return "done";
    const next = nextOf((await store.entriesOf(user)).filter((entry) => entry.marathon_id === marathonId));
    if (!next) return "done";
    if (!navigator.onLine) return "later";
    const entry = await store.note(next.seq, { state: "sending", sent: true });
    if (!entry) continue;
    await tell();
    const outcome = await send(entry);
    network = outcome.is === "later" ? "down" : "up";
    if (outcome.is === "accepted") {
      await store.remove(entry.seq);
      await tell(outcome.record);
      continue;
    }
    const { seq } = entry;
    await store.note(
      seq,
      outcome.is === "refused" ? { state: "refused", refusal: outcome.refusal } : { state: "waiting" },
    );
    await tell(outcome.is === "refused" ? outcome.stands : undefined);
    if (outcome.is !== "refused") return outcome.is === "later" ? "later" : "done";
  }
}

const inTurn = <T>(marathonId: string, work: () => Promise<T>): Promise<T> =>
  navigator.locks.request(`mrmrthon.finish.${marathonId}`, work) as Promise<T>;

let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let running: Promise<void> | undefined;
let isAsked = false;

/** Send all waiting entries now. */
export function kick(): void {
  isAsked = true;
  running ??= run().finally(() => (running = undefined));
}

async function run(): Promise<void> {
  clearTimeout(timer);
  while (isAsked) {
    isAsked = false;
    try {
      await read();
      const races = [...new Set(entries.filter(({ state }) => state !== "refused").map((each) => each.marathon_id))];
      const ends = await Promise.all(races.map((race) => inTurn(race, () => sendAll(race))));
      failures = ends.includes("later") ? failures + 1 : 0;
      if (failures === 0 && navigator.onLine) network = "up";
    } catch {
      // IndexedDB failed. The entries are still there; retry later.
      failures += 1;
    }
    if (failures > 0 && !isAsked) {
      if (!navigator.onLine) network = "down";
      timer = setTimeout(kick, pause(failures));
    }
  }
}

/** Store an entry, then send it. Throws AlreadyTyped if the bib has a waiting entry, and if IndexedDB fails. */
export async function enter(what: Timed & { marathon_id: string; bib: string; name: string | null }): Promise<void> {
  const user_id = session.user?.user_id;
  if (user_id === undefined) throw new Error("nobody is logged in");
  await store.add({ ...what, user_id, typed_at: new Date().toISOString(), state: "waiting", sent: false });
  await tell();
  kick();
}

/** Correct an entry. Returns false if it is no longer in the queue or is being sent. */
export async function correct(seq: number, how: Timed & { bib: string; name: string | null }): Promise<boolean> {
  const corrected = await store.correct(seq, how);
  await tell();
  kick();
  return corrected !== undefined;
}

/** Delete an entry. */
export async function discard(entry: Entry): Promise<void> {
  await store.remove(entry.seq);
  await tell();
}

/** Overwrite the saved record with an entry. */
export async function replace(entry: Entry): Promise<void> {
  const record = await put(entry, await recordOf(entry));
  await store.remove(entry.seq);
  await tell(record);
}

let isStarted = false;

/** Start sending, for as long as the page is open. */
export function start(): void {
  if (isStarted) return;
  isStarted = true;
  channel?.addEventListener("message", ({ data }: MessageEvent<OfficialRecord | null>) => {
    void read().then(() => {
      if (data) for (const listener of listeners) listener(data);
    });
  });
  addEventListener("online", () => {
    failures = 0;
    kick();
  });
  addEventListener("offline", () => (network = "down"));
  if (!navigator.onLine) network = "down";
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") kick();
  });
  // Send entries that waited for a login.
  $effect.root(() => {
    $effect(() => {
      if (!session.user || session.expired) entries = session.user ? entries : [];
      else kick();
    });
  });
}
