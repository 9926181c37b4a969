/** Entries: results typed at the finish line that the API may not have yet. Pure functions and types. */
import type { ApiProblem } from "$lib/api/problem";
import type { Result } from "$lib/race/result";

/** Why the API refused an entry. */
export interface Refusal {
  kind: string;
  detail: string;
  /** The saved record that differs from the entry. */
  stands?: Result & { revision: number };
}

/** IndexedDB stores entries as they are, so renaming a property loses what other releases stored. */
export interface Entry extends Result {
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
export type NextStep =
  /** The API has saved it. */
  | "accepted"
  /** The bib has a record: check whether it is this result. */
  | "compare"
  /** A retry may succeed. */
  | "retry"
  /** Wait for a login. */
  | "login"
  /** Will not succeed unchanged; the organizer has to review it. */
  | "refused";

export function nextStep(problem: ApiProblem | undefined): NextStep {
  if (!problem) return "accepted";
  if (problem.isOffline || problem.status >= 500 || problem.status === 408 || problem.status === 429) return "retry";
  if (problem.status === 401) return "login";
  // The record changed since it was read, possibly by this very correction.
  if (problem.kind === "record-exists" || problem.status === 412) return "compare";
  // A response that is not a problem document came from something in between, such as a captive portal.
  return problem.status >= 400 && !problem.kind.startsWith("http-") ? "refused" : "retry";
}

/** The next entry to send for a race. Refused entries do not block the others. */
export const nextEntry = (entries: readonly Entry[]): Entry | undefined =>
  entries.filter(({ state }) => state !== "refused").sort((a, b) => a.seq - b.seq)[0];

/** Milliseconds before the next attempt: exponential backoff up to 30 s. */
export const retryDelay = (failures: number): number => Math.min(1000 * 2 ** Math.max(failures - 1, 0), 30_000);
