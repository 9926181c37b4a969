/** Sends one result to the API and interprets the response. */
import { api, unwrap } from "$lib/api/client";
import { ApiProblem } from "$lib/api/problem";
import { isSameResult, type OfficialRecord, type Result } from "$lib/race/result";
import { nextStep, type Refusal } from "./entry";

/** Milliseconds after which a response counts as lost. */
const RESPONSE_TIMEOUT = 15_000;

export interface BibResult extends Result {
  marathon_id: string;
  bib: string;
}

export type Outcome =
  | { is: "accepted"; record: OfficialRecord }
  | { is: "retry" | "login" }
  | { is: "refused"; refusal: Refusal; saved?: OfficialRecord };

const signal = () => AbortSignal.timeout(RESPONSE_TIMEOUT);

/** The saved record of a bib. */
export const fetchRecord = ({ marathon_id, bib }: Pick<BibResult, "marathon_id" | "bib">): Promise<OfficialRecord> =>
  unwrap(
    api.GET("/marathons/{marathon_id}/official-records/{bib}", {
      params: { path: { marathon_id, bib } },
      cache: "no-store",
      signal: signal(),
    }),
  );

const createRecord = ({ marathon_id, bib, status, net_time, gun_time }: BibResult): Promise<OfficialRecord> =>
  unwrap(
    api.POST("/marathons/{marathon_id}/official-records", {
      params: { path: { marathon_id } },
      body: { bib, status, net_time, gun_time },
      signal: signal(),
    }),
  );

/** Overwrite a saved record. Splits are kept, except for DNS, which cannot have any. */
export const overwriteRecord = (
  { marathon_id, bib, status, net_time, gun_time }: BibResult,
  { revision, splits }: Pick<OfficialRecord, "revision" | "splits">,
): Promise<OfficialRecord> =>
  unwrap(
    api.PUT("/marathons/{marathon_id}/official-records/{bib}", {
      params: { path: { marathon_id, bib }, header: { "If-Match": `"${revision}"` } },
      body: { status, net_time, gun_time, splits: status === "dns" ? null : splits },
      signal: signal(),
    }),
  );

/** Create a record, or overwrite the given saved one. */
export async function sendResult(
  result: BibResult,
  saved?: Pick<OfficialRecord, "revision" | "splits">,
): Promise<Outcome> {
  let problem: ApiProblem;
  try {
    return { is: "accepted", record: await (saved ? overwriteRecord(result, saved) : createRecord(result)) };
  } catch (cause) {
    // Anything but a problem is a failed or aborted request.
    problem = cause instanceof ApiProblem ? cause : new ApiProblem("offline", 0, String(cause));
  }
  const step = nextStep(problem);
  if (step === "compare") return compareWithSaved(result, problem);
  if (step === "refused") {
    const details = problem.errors.map(({ detail }) => detail).join(" · ");
    return { is: "refused", refusal: { kind: problem.kind, detail: details || problem.detail } };
  }
  return { is: step === "login" ? "login" : "retry" };
}

/** The bib has a record: either this result, whose response was lost, or another one. */
async function compareWithSaved(result: BibResult, { kind, detail }: ApiProblem): Promise<Outcome> {
  try {
    const saved = await fetchRecord(result);
    if (isSameResult(result, saved)) return { is: "accepted", record: saved };
    const { status, net_time, gun_time, revision } = saved;
    return { is: "refused", refusal: { kind, detail, stands: { status, net_time, gun_time, revision } }, saved };
  } catch {
    // Deleted meanwhile, or not reachable.
    return { is: "retry" };
  }
}
