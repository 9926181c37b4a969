/**
 * The entries of the user who is logged in, and their way to the API.
 *
 * They are sent in the order in which they were typed, one at a time for each race. A tab that sends holds the race's
 * lock, and every step is noted in the database before it is taken, so that tabs, reloads and lost answers neither lose
 * an entry nor enter it twice. One that the API refuses is set aside for somebody to look at; the others go on.
 */
import { session } from "$lib/session/session.svelte";
import { nextOf, pause, type Entry, type OfficialRecord, type Timed } from "./entry";
import { put, recordOf, send } from "./send";
import * as store from "./store";
import { noteWaiting } from "./waiting";

let entries = $state.raw<readonly Entry[]>([]);
let network = $state<"up" | "down">("up");

export const queue = {
  /** In the order in which they were typed. */
  get entries(): readonly Entry[] {
    return entries;
  },
  /** Whether the API could be reached when it was last tried. */
  get network(): "up" | "down" {
    return network;
  },
};

type Listener = (record: OfficialRecord) => void;
const listeners = new Set<Listener>();

/** Hear of each record that the API has in the place of an entry, in this tab or another. */
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

/** Tell this tab and the others that the queue, and maybe a record, is another. */
async function tell(record?: OfficialRecord): Promise<void> {
  channel?.postMessage(record ?? null);
  await read();
  if (record) for (const listener of listeners) listener(record);
}

/** Send what waits for a race. Answers whether the rest has to wait. */
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

/** Send what waits, now. */
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
      // The database could not be read; what it has is not lost.
      failures += 1;
    }
    if (failures > 0 && !isAsked) {
      if (!navigator.onLine) network = "down";
      timer = setTimeout(kick, pause(failures));
    }
  }
}

/** Keep what was typed, then send it. Throws AlreadyTyped for a bib that waits, and when it cannot be kept. */
export async function enter(what: Timed & { marathon_id: string; bib: string; name: string | null }): Promise<void> {
  const user_id = session.user?.user_id;
  if (user_id === undefined) throw new Error("nobody is logged in");
  await store.add({ ...what, user_id, typed_at: new Date().toISOString(), state: "waiting", sent: false });
  await tell();
  kick();
}

/** Correct an entry. Answers whether it was still here to be corrected. */
export async function correct(seq: number, how: Timed & { bib: string; name: string | null }): Promise<boolean> {
  const corrected = await store.correct(seq, how);
  await tell();
  kick();
  return corrected !== undefined;
}

/** Forget an entry: what stands in its place is right, or it was typed by mistake. */
export async function discard(entry: Entry): Promise<void> {
  await store.remove(entry.seq);
  await tell();
}

/** Put an entry in the place of what stands. */
export async function replace(entry: Entry): Promise<void> {
  const record = await put(entry, await recordOf(entry));
  await store.remove(entry.seq);
  await tell(record);
}

let isStarted = false;

/** Begin to send, and go on as long as the page is open. */
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
  // A login, or another, lets what was held back go.
  $effect.root(() => {
    $effect(() => {
      if (!session.user || session.expired) entries = session.user ? entries : [];
      else kick();
    });
  });
}
