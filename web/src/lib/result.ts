import type { components } from "$lib/api/schema.gen";

type Timed = Pick<components["schemas"]["OfficialRecordFields"], "net_time" | "gun_time">;

/** The time that ranks, or the other time if that one is missing. */
export function timeOf(record: Timed, rankedBy: "net" | "gun" = "net"): string | null {
  return rankedBy === "net" ? (record.net_time ?? record.gun_time) : (record.gun_time ?? record.net_time);
}
