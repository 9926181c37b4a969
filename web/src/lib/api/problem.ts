/** Problems: what the API answers on failure (RFC 9457), and substitutes for responses that are not from the API. */

export interface FieldProblem {
  field: string;
  detail: string;
}

/** Why a request failed. `kind` is the last segment of the problem's `type`, or `offline`. */
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

  /** Whether the network failed, so that a retry may succeed. */
  get isOffline(): boolean {
    return this.kind === "offline";
  }
}

/** Convert anything thrown into a problem; `unexpected` unless it is one. */
export const problemFrom = (cause: unknown): ApiProblem =>
  cause instanceof ApiProblem ? cause : new ApiProblem("unexpected", 0, String(cause));

interface Written {
  type?: unknown;
  detail?: unknown;
  errors?: unknown;
}

const isField = (value: unknown): value is FieldProblem =>
  typeof value === "object" && value !== null && "field" in value && "detail" in value;

/** The problem in a response. The body can be anything: a gateway may have answered instead of the API. */
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
