/** Entries: results typed at the finish line that the API may not have yet. Pure functions and types. */
import type { ApiProblem } from "$lib/api/problem";
import { milliseconds } from "$lib/format/time";
import type { components } from "$lib/api/schema.gen";
import type { Status } from "./typed";

export type OfficialRecord = components["schemas"]["OfficialRecord"];

export interface Timed {
  status: Status;
  net_time: string | null;
  gun_time: string | null;
}

/** Why the API refused an entry. Stored in IndexedDB. */
export interface Refusal {
  kind: string;
  detail: string;
  /** The saved record that differs from the entry. */
  stands?: Timed & { revision: number };
}

export interface Entry extends Timed {
  /** Typing order; assigned by IndexedDB. */
  seq: number;
  /** The user who typed it. Only this user's session sends it. */
  user_id: number;
  marathon_id: string;
  bib: string;
  /** The runner's name, if known. */
  name: string | null;
  typed_at: string;
  state: "waiting" | "sending" | "refused";
  /** Whether it was sent, so that the API may have it even without a response. */
  sent: boolean;
  refusal?: Refusal;
}

/** What to do with an entry after a response. */
export type Meaning =
  /** The API has saved it. */
  | "accepted"
  /** The bib has a record: check whether it is this result. */
  | "compare"
  /** A retry may succeed. */
  | "later"
  /** Wait for a login. */
  | "login"
  /** Will not succeed unchanged; the organizer has to review it. */
  | "refused";

export function meaningOf(problem: ApiProblem | undefined): Meaning {
  if (!problem) return "accepted";
  if (problem.isOffline || problem.status >= 500 || problem.status === 408 || problem.status === 429) return "later";
  if (problem.status === 401) return "login";
  // The record changed since it was read, possibly by this very correction.
  if (problem.kind === "record-exists" || problem.status === 412) return "compare";
  // A response that is not a problem document came from something in between, such as a captive portal.
  return problem.status >= 400 && !problem.kind.startsWith("http-") ? "refused" : "later";
}

const sameTime = (a: string | null, b: string | null) =>
  a === null || b === null ? a === b : milliseconds(a) === milliseconds(b);

/** Whether two results are equal, however their times are written. */
export const isSame = (entry: Timed, stands: Timed): boolean =>
  entry.status === stands.status &&
  sameTime(entry.net_time, stands.net_time) &&
  sameTime(entry.gun_time, stands.gun_time);

/** The next entry to send for a race. Refused entries do not block the others. */
export const nextOf = (entries: readonly Entry[]): Entry | undefined =>
  entries.filter(({ state }) => state !== "refused").sort((a, b) => a.seq - b.seq)[0];

/** Milliseconds before the next attempt: exponential backoff up to 30 s. */
export const pause = (failures: number): number => Math.min(1000 * 2 ** Math.max(failures - 1, 0), 30_000);
