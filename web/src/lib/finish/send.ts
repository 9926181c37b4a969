/** Sends one result to the API and interprets the response. */
import { answer, api } from "$lib/api/client";
import { ApiProblem } from "$lib/api/problem";
import { isSame, meaningOf, type OfficialRecord, type Refusal, type Timed } from "./entry";

/** Milliseconds after which a response counts as lost. */
const PATIENCE = 15_000;

export interface Sent extends Timed {
  marathon_id: string;
  bib: string;
}

export type Outcome =
  | { is: "accepted"; record: OfficialRecord }
  | { is: "later" | "login" }
  | { is: "refused"; refusal: Refusal; stands?: OfficialRecord };

const signal = () => AbortSignal.timeout(PATIENCE);

const problemFrom = (cause: unknown) =>
  cause instanceof ApiProblem ? cause : new ApiProblem("offline", 0, String(cause));

/** The saved record of a bib. */
export const recordOf = ({ marathon_id, bib }: Pick<Sent, "marathon_id" | "bib">): Promise<OfficialRecord> =>
  answer(
    api.GET("/marathons/{marathon_id}/official-records/{bib}", {
      params: { path: { marathon_id, bib } },
      cache: "no-store",
      signal: signal(),
    }),
  );

const post = ({ marathon_id, bib, status, net_time, gun_time }: Sent): Promise<OfficialRecord> =>
  answer(
    api.POST("/marathons/{marathon_id}/official-records", {
      params: { path: { marathon_id } },
      body: { bib, status, net_time, gun_time },
      signal: signal(),
    }),
  );

/** Overwrite a saved record. Splits are kept, except for DNS, which cannot have any. */
export const put = (
  { marathon_id, bib, status, net_time, gun_time }: Sent,
  { revision, splits }: Pick<OfficialRecord, "revision" | "splits">,
): Promise<OfficialRecord> =>
  answer(
    api.PUT("/marathons/{marathon_id}/official-records/{bib}", {
      params: { path: { marathon_id, bib }, header: { "If-Match": `"${revision}"` } },
      body: { status, net_time, gun_time, splits: status === "dns" ? null : splits },
      signal: signal(),
    }),
  );

/** Create a record, or overwrite the given saved one. */
export async function send(sent: Sent, stands?: Pick<OfficialRecord, "revision" | "splits">): Promise<Outcome> {
  let problem: ApiProblem;
  try {
    return { is: "accepted", record: await (stands ? put(sent, stands) : post(sent)) };
  } catch (cause) {
    problem = problemFrom(cause);
  }
  const meaning = meaningOf(problem);
  if (meaning === "compare") return compare(sent, problem);
  if (meaning === "refused") {
    const fields = problem.errors.map(({ detail }) => detail).join(" · ");
    return { is: "refused", refusal: { kind: problem.kind, detail: fields || problem.detail } };
  }
  return { is: meaning === "login" ? "login" : "later" };
}

/** The bib has a record: either this result, whose response was lost, or another one. */
async function compare(sent: Sent, { kind, detail }: ApiProblem): Promise<Outcome> {
  try {
    const record = await recordOf(sent);
    if (isSame(sent, record)) return { is: "accepted", record };
    const { status, net_time, gun_time, revision } = record;
    return {
      is: "refused",
      refusal: { kind, detail, stands: { status, net_time, gun_time, revision } },
      stands: record,
    };
  } catch {
    // Deleted meanwhile, or not reachable.
    return { is: "later" };
  }
}
