/** A result on its way to the API: what it is, and what each answer means for it. Nothing here does anything. */
import type { ApiProblem } from "$lib/api/problem";
import { milliseconds } from "$lib/format/time";
import type { components } from "$lib/api/schema.gen";
import type { Status } from "./typed";

export type OfficialRecord = components["schemas"]["OfficialRecord"];

/** What is entered for a runner. */
export interface Timed {
  status: Status;
  net_time: string | null;
  gun_time: string | null;
}

/** Why an entry needs somebody to look at it. */
export interface Refusal {
  kind: string;
  detail: string;
  /** What stands in the entry's place. */
  stands?: Timed & { revision: number };
}

export interface Entry extends Timed {
  /** The place in the order; given by the database. */
  seq: number;
  /** Who typed it; nobody else's session sends it. */
  user_id: number;
  marathon_id: string;
  bib: string;
  /** The runner's name, if it was known. */
  name: string | null;
  typed_at: string;
  state: "waiting" | "sending" | "refused";
  /** Whether it may have arrived without our hearing of it. */
  sent: boolean;
  refusal?: Refusal;
}

/** What an answer means for an entry. */
export type Meaning =
  /** The API has it. */
  | "accepted"
  /** There is a record for the bib; whether it is this one is to be looked up. */
  | "compare"
  /** Not now: the same may work later. */
  | "later"
  /** Not without a login. */
  | "login"
  /** Not as it is: somebody has to look at it. */
  | "refused";

export function meaningOf(problem: ApiProblem | undefined): Meaning {
  if (!problem) return "accepted";
  if (problem.isOffline || problem.status >= 500 || problem.status === 408 || problem.status === 429) return "later";
  if (problem.status === 401) return "login";
  // What was to be corrected has changed since it was seen, maybe by the very correction.
  if (problem.kind === "record-exists" || problem.status === 412) return "compare";
  // What is no problem of the API's comes from something on the way, such as a hotel's login page.
  return problem.status >= 400 && !problem.kind.startsWith("http-") ? "refused" : "later";
}

const sameTime = (a: string | null, b: string | null) =>
  a === null || b === null ? a === b : milliseconds(a) === milliseconds(b);

/** Whether what stands says what was typed. */
export const isSame = (entry: Timed, stands: Timed): boolean =>
  entry.status === stands.status &&
  sameTime(entry.net_time, stands.net_time) &&
  sameTime(entry.gun_time, stands.gun_time);

/** The entry of a race that is to be sent next: the first that nobody has to look at. */
export const nextOf = (entries: readonly Entry[]): Entry | undefined =>
  entries.filter(({ state }) => state !== "refused").sort((a, b) => a.seq - b.seq)[0];

/** How long to wait before the next attempt after some that failed, in milliseconds. */
export const pause = (failures: number): number => Math.min(1000 * 2 ** Math.max(failures - 1, 0), 30_000);
