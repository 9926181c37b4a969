/** The status of a race. */
import { today } from "$lib/format/date";
import type { components } from "$lib/api/schema.gen";

type Marathon = components["schemas"]["Marathon"];

export type RaceState = "open" | "full" | "closed" | "past";

/** When applications close. Defaults to the start, or else to the end of race day in UTC. */
export const closesAt = (race: Pick<Marathon, "apply_until" | "starts_at" | "held_on">): Date =>
  new Date(race.apply_until ?? race.starts_at ?? `${race.held_on}T23:59:59.999Z`);

/** Whether applications are open. The API decides; this only chooses what to offer. */
export function stateOf(
  race: Pick<Marathon, "apply_until" | "starts_at" | "held_on" | "capacity" | "player_count">,
  now = new Date(),
): RaceState {
  if (closesAt(race) < now) return race.held_on < today(now) ? "past" : "closed";
  return race.capacity !== null && race.player_count >= race.capacity ? "full" : "open";
}

/** Whether results can be entered: from race day on. */
export const hasBegun = (race: Pick<Marathon, "held_on">, now = new Date()): boolean => race.held_on <= today(now);
