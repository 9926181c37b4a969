/**
 * The API client, typed by openapi.yaml.
 *
 * `await unwrap(api.GET("/marathons/{marathon_id}", {params: {path: {marathon_id}}}))` returns the body of a successful
 * response and throws an ApiProblem otherwise.
 */
import createClient from "openapi-fetch";
import { language } from "$lib/i18n/index.svelte";
import { fetchAuthorized } from "$lib/session/session.svelte";
import { ApiProblem, parseProblem } from "./problem";
import type { components, paths } from "./schema.gen";

export type Schemas = components["schemas"];

export const api = createClient<paths>({
  baseUrl: "/api",
  fetch: (request) => {
    request.headers.set("Accept-Language", language());
    return fetchAuthorized(request);
  },
});

interface ApiResponse<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body and the ETag of a successful response. The ETag goes into `If-Match`. */
export async function unwrapWithEtag<T>(request: Promise<ApiResponse<T>>): Promise<{ data: T; etag: string }> {
  let result: ApiResponse<T>;
  try {
    result = await request;
  } catch (cause) {
    // fetch does not say why it failed. A body that is not JSON did not come from the API.
    if (cause instanceof ApiProblem) throw cause;
    throw new ApiProblem("offline", 0, "");
  }
  if (!result.response.ok) throw parseProblem(result.error, result.response);
  return { data: result.data as T, etag: result.response.headers.get("ETag") ?? "*" };
}

/** The body of a successful response. */
export async function unwrap<T>(request: Promise<ApiResponse<T>>): Promise<T> {
  return (await unwrapWithEtag(request)).data;
}
