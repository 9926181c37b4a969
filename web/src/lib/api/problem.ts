/** What the API says when it cannot do something (RFC 9457), and what stands in its place when it says nothing. */

export interface FieldProblem {
  field: string;
  detail: string;
}

/** Why a request was not carried out. `kind` is the last part of the problem's `type`, or `offline`. */
export class ApiProblem extends Error {
  constructor(
    readonly kind: string,
    readonly status: number,
    readonly detail: string,
    readonly errors: readonly FieldProblem[] = [],
    readonly requestId: string | null = null,
  ) {
    super(`${kind}: ${detail}`);
    this.name = "ApiProblem";
  }

  /** Whether the network failed, so that the same may work later. */
  get isOffline(): boolean {
    return this.kind === "offline";
  }
}

/** What went wrong, as a problem; what is none of the API's was not expected. */
export const problemFrom = (cause: unknown): ApiProblem =>
  cause instanceof ApiProblem ? cause : new ApiProblem("unexpected", 0, String(cause));

interface Written {
  type?: unknown;
  detail?: unknown;
  errors?: unknown;
}

const isField = (value: unknown): value is FieldProblem =>
  typeof value === "object" && value !== null && "field" in value && "detail" in value;

/** The problem of an answer, whatever its body is: a gateway on the way may have answered instead of the API. */
export function problemOf(body: unknown, response: Response): ApiProblem {
  const written: Written = typeof body === "object" && body !== null ? body : {};
  const kind = typeof written.type === "string" ? (written.type.split("/").pop() ?? "") : "";
  return new ApiProblem(
    kind || `http-${response.status}`,
    response.status,
    typeof written.detail === "string" ? written.detail : "",
    Array.isArray(written.errors) ? written.errors.filter(isField) : [],
    response.headers.get("x-request-id"),
  );
}
