import type { components } from "$lib/api/schema.gen";
import { today } from "$lib/format/date";

type Marathon = components["schemas"]["Marathon"];

export type RaceStatus = "open" | "full" | "closed" | "past";

/** When applications close. Defaults to the start, or else to the end of race day in UTC. */
export const applicationDeadline = (race: Pick<Marathon, "apply_until" | "starts_at" | "held_on">): Date =>
  new Date(race.apply_until ?? race.starts_at ?? `${race.held_on}T23:59:59.999Z`);

/** Whether applications are open. The API decides; this only chooses what to offer. */
export function raceStatus(
  race: Pick<Marathon, "apply_until" | "starts_at" | "held_on" | "capacity" | "player_count">,
  now = new Date(),
): RaceStatus {
  if (applicationDeadline(race) < now) return race.held_on < today(now) ? "past" : "closed";
  return race.capacity !== null && race.player_count >= race.capacity ? "full" : "open";
}

/** Whether results can be entered: from race day on. */
export const acceptsResults = (race: Pick<Marathon, "held_on">, now = new Date()): boolean =>
  race.held_on <= today(now);
