/** Players and records of a race, loaded for its organizer and cached in IndexedDB for use without a network. */
import { api, unwrap, type Schemas } from "$lib/api/client";
import { fetchAllPages } from "$lib/api/pages";
import { ApiProblem, toProblem } from "$lib/api/problem";
import type { OfficialRecord } from "$lib/race/result";
import { session } from "$lib/session/session.svelte";
import * as store from "./store";

/** Minimum milliseconds between writes of the cache: writing tens of thousands of records is slow. */
const CACHE_INTERVAL = 5000;

export type Player = Schemas["Player"];
type PlayerSummary = Pick<Player, "bib" | "name" | "user_id">;

export const fetchPlayers = (
  marathon_id: string,
  status: "entered" | "waiting",
  onProgress?: (count: number) => void,
) =>
  fetchAllPages<Player>(
    (cursor) =>
      unwrap(
        api.GET("/marathons/{marathon_id}/players", {
          params: { path: { marathon_id }, query: { status, limit: 500, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    onProgress,
  );

const fetchRecords = (marathon_id: string) =>
  fetchAllPages<OfficialRecord>((cursor) =>
    unwrap(
      api.GET("/marathons/{marathon_id}/official-records", {
        params: { path: { marathon_id }, query: { limit: 500, ...(cursor ? { cursor } : {}) } },
        cache: "no-store",
      }),
    ),
  );

/** Fetch a race, or return the cached copy when the API cannot be reached. */
export async function fetchRace(marathon_id: string): Promise<{ race: Schemas["Marathon"]; cachedAt?: string }> {
  try {
    const path = { marathon_id };
    return { race: await unwrap(api.GET("/marathons/{marathon_id}", { params: { path }, cache: "no-store" })) };
  } catch (cause) {
    const user = session.user?.user_id;
    const isUnreachable = cause instanceof ApiProblem && (cause.isOffline || cause.status >= 500);
    const cached =
      isUnreachable && user !== undefined
        ? await store.getCachedRace(marathon_id, user).catch(() => undefined)
        : undefined;
    if (!cached) throw cause;
    return { race: cached.race, cachedAt: cached.kept_at };
  }
}

export class RaceData {
  /** By bib; undefined until loaded. */
  players = $state.raw<ReadonlyMap<string, PlayerSummary>>();
  records = $state.raw<ReadonlyMap<string, OfficialRecord>>();
  problem = $state.raw<ApiProblem>();
  isLoading = $state(false);
  readonly #race: Schemas["Marathon"];
  #isCacheScheduled = false;
  /** Bibs whose records were put by this page and may be missing from a list response. */
  readonly #putBibs = new Set<string>();

  constructor(race: Schemas["Marathon"]) {
    this.#race = race;
  }

  load = async (): Promise<void> => {
    const { marathon_id } = this.#race;
    const user = session.user?.user_id ?? 0;
    this.isLoading = true;
    this.problem = undefined;
    const cached = await store.getCachedRace(marathon_id, user).catch(() => undefined);
    if (cached && !this.players) this.#set(cached.players, cached.records);
    try {
      const [players, records] = await Promise.all([fetchPlayers(marathon_id, "entered"), fetchRecords(marathon_id)]);
      this.#set(players, records);
      await this.#cache();
    } catch (cause) {
      this.problem = toProblem(cause);
    } finally {
      this.isLoading = false;
    }
  };

  #set(players: readonly PlayerSummary[], records: readonly OfficialRecord[]): void {
    this.players = new Map(players.map((each) => [each.bib ?? "", each]));
    const byBib = new Map(records.map((each) => [each.bib, each]));
    // Records entered while the list was loading are newer than the list.
    for (const record of this.records?.values() ?? [])
      if (this.#putBibs.has(record.bib) && (byBib.get(record.bib)?.revision ?? 0) < record.revision)
        byBib.set(record.bib, record);
    this.records = byBib;
  }

  putRecord(record: OfficialRecord): void {
    if (record.marathon_id !== this.#race.marathon_id) return;
    this.#putBibs.add(record.bib);
    this.records = new Map([...(this.records ?? []), [record.bib, record]]);
    this.#scheduleCache();
  }

  removeRecord(bib: string): void {
    this.#putBibs.delete(bib);
    this.records = new Map([...(this.records ?? [])].filter(([each]) => each !== bib));
    this.#scheduleCache();
  }

  nameOf(bib: string): string | null {
    return this.players?.get(bib)?.name ?? this.records?.get(bib)?.name ?? null;
  }

  #scheduleCache(): void {
    if (this.#isCacheScheduled) return;
    this.#isCacheScheduled = true;
    setTimeout(() => {
      this.#isCacheScheduled = false;
      void this.#cache();
    }, CACHE_INTERVAL);
  }

  /** Cache everything for use without a network. Errors are ignored: the cache is optional. */
  async #cache(): Promise<void> {
    const user_id = session.user?.user_id;
    if (user_id === undefined || !this.players) return;
    await store
      .cacheRace({
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
