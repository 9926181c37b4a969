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
export const toProblem = (cause: unknown): ApiProblem =>
  cause instanceof ApiProblem ? cause : new ApiProblem("unexpected", 0, String(cause));

interface ProblemDocument {
  type?: unknown;
  detail?: unknown;
  errors?: unknown;
}

const isFieldProblem = (value: unknown): value is FieldProblem =>
  typeof value === "object" && value !== null && "field" in value && "detail" in value;

/** The problem in a response. The body can be anything: a gateway may have answered instead of the API. */
export function parseProblem(body: unknown, response: Response): ApiProblem {
  const document: ProblemDocument = typeof body === "object" && body !== null ? body : {};
  const kind = typeof document.type === "string" ? (document.type.split("/").pop() ?? "") : "";
  return new ApiProblem(
    kind || `http-${response.status}`,
    response.status,
    typeof document.detail === "string" ? document.detail : "",
    Array.isArray(document.errors) ? document.errors.filter(isFieldProblem) : [],
    response.headers.get("x-request-id"),
  );
}
