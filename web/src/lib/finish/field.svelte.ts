/** Players and records of a race, loaded for its organizer and cached in IndexedDB for use without a network. */
import { answer, api, type Schemas } from "$lib/api/client";
import { all } from "$lib/api/load.svelte";
import { ApiProblem, problemFrom } from "$lib/api/problem";
import { session } from "$lib/session/session.svelte";
import type { OfficialRecord } from "./entry";
import * as store from "./store";

/** Minimum milliseconds between writes of the cache: writing tens of thousands of records is slow. */
const EVERY = 5000;

export type Player = Schemas["Player"];
type Named = Pick<Player, "bib" | "name" | "user_id">;

/** All players with a status. */
export const playersOf = (marathon_id: string, status: "entered" | "waiting", seen?: (count: number) => void) =>
  all<Player>(
    (cursor) =>
      answer(
        api.GET("/marathons/{marathon_id}/players", {
          params: { path: { marathon_id }, query: { status, limit: 500, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    seen,
  );

const recordsOf = (marathon_id: string) =>
  all<OfficialRecord>((cursor) =>
    answer(
      api.GET("/marathons/{marathon_id}/official-records", {
        params: { path: { marathon_id }, query: { limit: 500, ...(cursor ? { cursor } : {}) } },
        cache: "no-store",
      }),
    ),
  );

/** Fetch a race, or return the cached copy when the API cannot be reached. */
export async function raceOf(marathon_id: string): Promise<{ race: Schemas["Marathon"]; kept_at?: string }> {
  try {
    const path = { marathon_id };
    return { race: await answer(api.GET("/marathons/{marathon_id}", { params: { path }, cache: "no-store" })) };
  } catch (cause) {
    const user = session.user?.user_id;
    const isAway = cause instanceof ApiProblem && (cause.isOffline || cause.status >= 500);
    const kept =
      isAway && user !== undefined ? await store.keptRace(marathon_id, user).catch(() => undefined) : undefined;
    if (!kept) throw cause;
    return { race: kept.race, kept_at: kept.kept_at };
  }
}

export class RaceField {
  /** By bib; undefined until loaded. */
  players = $state.raw<ReadonlyMap<string, Named>>();
  records = $state.raw<ReadonlyMap<string, OfficialRecord>>();
  problem = $state.raw<ApiProblem>();
  busy = $state(false);
  readonly #race: Schemas["Marathon"];
  #isDue = false;

  constructor(race: Schemas["Marathon"]) {
    this.#race = race;
  }

  load = async (): Promise<void> => {
    const { marathon_id } = this.#race;
    const user = session.user?.user_id ?? 0;
    this.busy = true;
    this.problem = undefined;
    const kept = await store.keptRace(marathon_id, user).catch(() => undefined);
    if (kept && !this.players) this.#know(kept.players, kept.records);
    try {
      const [players, records] = await Promise.all([playersOf(marathon_id, "entered"), recordsOf(marathon_id)]);
      this.#know(players, records);
      await this.#keep();
    } catch (cause) {
      this.problem = problemFrom(cause);
    } finally {
      this.busy = false;
    }
  };

  #know(players: readonly Named[], records: readonly OfficialRecord[]): void {
    this.players = new Map(players.map((each) => [each.bib ?? "", each]));
    // Records entered while the list was loading are newer than the list.
    const known = [...(this.records?.values() ?? [])];
    const before = new Map(known.map((each) => [each.bib, each]));
    const listed = new Map(records.map((each) => [each.bib, each]));
    for (const record of before.values())
      if (this.#fresh.has(record.bib) && (listed.get(record.bib)?.revision ?? 0) < record.revision)
        listed.set(record.bib, record);
    this.records = listed;
  }

  /** Bibs whose records were put by this page and may be missing from a list response. */
  readonly #fresh = new Set<string>();

  put(record: OfficialRecord): void {
    if (record.marathon_id !== this.#race.marathon_id) return;
    this.#fresh.add(record.bib);
    this.records = new Map([...(this.records ?? []), [record.bib, record]]);
    this.#keepSoon();
  }

  drop(bib: string): void {
    this.#fresh.delete(bib);
    this.records = new Map([...(this.records ?? [])].filter(([each]) => each !== bib));
    this.#keepSoon();
  }

  nameOf(bib: string): string | null {
    return this.players?.get(bib)?.name ?? this.records?.get(bib)?.name ?? null;
  }

  #keepSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => {
      this.#isDue = false;
      void this.#keep();
    }, EVERY);
  }

  /** Cache everything for use without a network. Errors are ignored: the cache is optional. */
  async #keep(): Promise<void> {
    const user_id = session.user?.user_id;
    if (user_id === undefined || !this.players) return;
    await store
      .keepRace({
        marathon_id: this.#race.marathon_id,
        user_id,
        race: this.#race,
        players: [...this.players.values()].map(({ bib, name, user_id }) => ({ bib, name, user_id })),
        records: [...(this.records?.values() ?? [])],
        kept_at: new Date().toISOString(),
      })
      .catch(() => undefined);
  }
}
