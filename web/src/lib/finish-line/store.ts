/** IndexedDB: entries that the API does not have yet, and cached races for typing results without a network. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { components } from "$lib/api/schema.gen";
import type { OfficialRecord, Result } from "$lib/race/result";
import type { Entry } from "./entry";

type Schemas = components["schemas"];

/** A copy of a race for use without a network. */
export interface CachedRace {
  marathon_id: string;
  /** The organizer it was loaded for: only they may list the players. */
  user_id: number;
  race: Schemas["Marathon"];
  players: Pick<Schemas["Player"], "bib" | "name" | "user_id">[];
  records: OfficialRecord[];
  kept_at: string;
}

interface Schema extends DBSchema {
  entries: { key: number; value: Omit<Entry, "seq"> & { seq?: number }; indexes: { bib: [number, string, string] } };
  races: { key: string; value: CachedRace };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function openDatabase(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>("mrmrthon.finish", 1, {
    upgrade(db) {
      // Auto-incremented keys are never reused, so they keep the typing order.
      const entries = db.createObjectStore("entries", { keyPath: "seq", autoIncrement: true });
      // At most one unsent entry per bib, across tabs.
      entries.createIndex("bib", ["user_id", "marathon_id", "bib"], { unique: true });
      db.createObjectStore("races", { keyPath: "marathon_id" });
    },
    blocking: (_current, _blocked, event) => {
      (event.target as IDBDatabase).close();
      opened = undefined;
    },
    terminated: () => (opened = undefined),
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

export class DuplicateBibError extends Error {}

const rethrow = (cause: unknown): never => {
  if (cause instanceof DOMException && cause.name === "ConstraintError") throw new DuplicateBibError();
  throw cause;
};

/** The entries of a user, in typing order. */
export async function getEntries(userId: number): Promise<Entry[]> {
  const all = (await (await openDatabase()).getAll("entries")) as Entry[];
  return all.filter((entry) => entry.user_id === userId).sort((a, b) => a.seq - b.seq);
}

/** Add an entry. Resolves once it is durable (strict durability). */
export async function addEntry(entry: Omit<Entry, "seq">): Promise<void> {
  const transaction = (await openDatabase()).transaction("entries", "readwrite", { durability: "strict" });
  await Promise.all([transaction.store.add(entry), transaction.done]).catch(rethrow);
}

/**
 * Change an entry in one transaction. `change` returns undefined to leave it unchanged. Returns the new entry, if
 * changed.
 */
async function changeEntry(seq: number, change: (entry: Entry) => Entry | undefined): Promise<Entry | undefined> {
  const transaction = (await openDatabase()).transaction("entries", "readwrite", { durability: "strict" });
  const before = (await transaction.store.get(seq)) as Entry | undefined;
  const after = before && change(before);
  try {
    if (after) await transaction.store.put(after);
    await transaction.done;
  } catch (cause) {
    transaction.done.catch(() => undefined);
    rethrow(cause);
  }
  return after;
}

export const updateEntry = (seq: number, changes: Partial<Entry>): Promise<Entry | undefined> =>
  changeEntry(seq, (entry) => ({ ...entry, ...changes }));

export type EntryCorrection = Result & Pick<Entry, "bib" | "name">;

/** Correct an entry, unless it is being sent. */
export const correctEntry = (seq: number, correction: EntryCorrection): Promise<Entry | undefined> =>
  changeEntry(seq, (entry) => {
    if (entry.state === "sending") return undefined;
    const corrected: Entry = { ...entry, ...correction, state: "waiting" };
    delete corrected.refusal;
    return corrected;
  });

export async function deleteEntry(seq: number): Promise<void> {
  const transaction = (await openDatabase()).transaction("entries", "readwrite", { durability: "strict" });
  await Promise.all([transaction.store.delete(seq), transaction.done]);
}

export async function cacheRace(race: CachedRace): Promise<void> {
  await (await openDatabase()).put("races", race);
}

export async function getCachedRace(id: string, userId: number): Promise<CachedRace | undefined> {
  const cached = await (await openDatabase()).get("races", id);
  return cached?.user_id === userId ? cached : undefined;
}
