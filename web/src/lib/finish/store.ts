/** What is kept in this browser: entries that are not at the API yet, and what is needed to type them without it. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { components } from "$lib/api/schema.gen";
import type { Entry, OfficialRecord, Timed } from "./entry";

type Schemas = components["schemas"];

/** A race as it was when the network was last there. */
export interface KeptRace {
  marathon_id: string;
  /** Whose view it is: the list of players is the organizer's only. */
  user_id: number;
  race: Schemas["Marathon"];
  players: Pick<Schemas["Player"], "bib" | "name" | "user_id">[];
  records: OfficialRecord[];
  kept_at: string;
}

interface Schema extends DBSchema {
  entries: { key: number; value: Omit<Entry, "seq"> & { seq?: number }; indexes: { bib: [number, string, string] } };
  races: { key: string; value: KeptRace };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>("mrmrthon.finish", 1, {
    upgrade(db) {
      // Numbers are never given twice, so they keep the order in which entries were typed.
      const entries = db.createObjectStore("entries", { keyPath: "seq", autoIncrement: true });
      // A bib waits once, in whichever tab it is typed.
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

export class AlreadyTyped extends Error {}

const onTaken = (cause: unknown): never => {
  if (cause instanceof DOMException && cause.name === "ConstraintError") throw new AlreadyTyped();
  throw cause;
};

/** The entries of a user, in the order in which they were typed. */
export async function entriesOf(userId: number): Promise<Entry[]> {
  const all = (await (await database()).getAll("entries")) as Entry[];
  return all.filter((entry) => entry.user_id === userId).sort((a, b) => a.seq - b.seq);
}

/** Keep an entry. It is on the disk, as far as the browser says, when this is done. */
export async function add(entry: Omit<Entry, "seq">): Promise<void> {
  const transaction = (await database()).transaction("entries", "readwrite", { durability: "strict" });
  await Promise.all([transaction.store.add(entry), transaction.done]).catch(onTaken);
}

/** Change an entry as it stands now; `how` answers undefined to leave it. Answers whether it was changed. */
async function changeEntry(seq: number, how: (entry: Entry) => Entry | undefined): Promise<Entry | undefined> {
  const transaction = (await database()).transaction("entries", "readwrite", { durability: "strict" });
  const before = (await transaction.store.get(seq)) as Entry | undefined;
  const after = before && how(before);
  try {
    if (after) await transaction.store.put(after);
    await transaction.done;
  } catch (cause) {
    transaction.done.catch(() => undefined);
    onTaken(cause);
  }
  return after;
}

/** Note how an entry fares. */
export const note = (seq: number, how: Partial<Entry>): Promise<Entry | undefined> =>
  changeEntry(seq, (entry) => ({ ...entry, ...how }));

/** Correct an entry that is not being sent at this moment. */
export const correct = (seq: number, how: Timed & { bib: string; name: string | null }): Promise<Entry | undefined> =>
  changeEntry(seq, (entry) => {
    if (entry.state === "sending") return undefined;
    const corrected: Entry = { ...entry, ...how, state: "waiting" };
    delete corrected.refusal;
    return corrected;
  });

export async function remove(seq: number): Promise<void> {
  const transaction = (await database()).transaction("entries", "readwrite", { durability: "strict" });
  await Promise.all([transaction.store.delete(seq), transaction.done]);
}

export async function keepRace(race: KeptRace): Promise<void> {
  await (await database()).put("races", race);
}

export async function keptRace(id: string, userId: number): Promise<KeptRace | undefined> {
  const kept = await (await database()).get("races", id);
  return kept?.user_id === userId ? kept : undefined;
}
