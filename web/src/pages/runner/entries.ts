import { answer, api, type Schemas } from "$lib/api/client";

type Entry = Schemas["Entry"];

/** The user's entry for a race, if there is one. The list of one's own races is the only place that tells. */
export async function entryFor(marathonId: string): Promise<Entry | undefined> {
  let cursor: string | null = null;
  do {
    const page: { items: Entry[]; next_cursor: string | null } = await answer(
      api.GET("/users/{user_id}/players", {
        params: { path: { user_id: "me" }, query: { limit: 500, ...(cursor ? { cursor } : {}) } },
      }),
    );
    const found = page.items.find((entry) => entry.marathon_id === marathonId.toLowerCase());
    if (found) return found;
    cursor = page.next_cursor;
  } while (cursor !== null);
  return undefined;
}
