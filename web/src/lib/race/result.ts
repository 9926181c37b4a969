import type { components } from "$lib/api/schema.gen";
import { parseMilliseconds } from "$lib/format/time";

export type OfficialRecord = components["schemas"]["OfficialRecord"];

export type Status = "finished" | "dnf" | "dns" | "dsq";

/** Times are in API format. */
export interface Result {
  status: Status;
  net_time: string | null;
  gun_time: string | null;
}

const isSameTime = (a: string | null, b: string | null) =>
  a === null || b === null ? a === b : parseMilliseconds(a) === parseMilliseconds(b);

/** Whether two results are equal, however their times are written. */
export const isSameResult = (a: Result, b: Result): boolean =>
  a.status === b.status && isSameTime(a.net_time, b.net_time) && isSameTime(a.gun_time, b.gun_time);

/** The time that ranks, or the other time if that one is missing. */
export function rankedTime(record: Omit<Result, "status">, rankedBy: "net" | "gun" = "net"): string | null {
  return rankedBy === "net" ? (record.net_time ?? record.gun_time) : (record.gun_time ?? record.net_time);
}
