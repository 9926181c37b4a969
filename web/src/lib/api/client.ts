/**
 * The API client, typed by openapi.yaml.
 *
 * `await answer(api.GET("/marathons/{marathon_id}", {params: {path: {marathon_id}}}))` returns the body of a successful
 * response and throws an ApiProblem otherwise.
 */
import createClient from "openapi-fetch";
import { language } from "$lib/i18n/index.svelte";
import { authorized } from "$lib/session/session.svelte";
import { ApiProblem, problemOf } from "./problem";
import type { components, paths } from "./schema.gen";

export type Schemas = components["schemas"];

export const api = createClient<paths>({
  baseUrl: "/api",
  fetch: (request) => {
    request.headers.set("Accept-Language", language());
    return authorized(request);
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body and the ETag of a successful response. The ETag goes into `If-Match`. */
export async function answerWithRevision<T>(asked: Promise<Answer<T>>): Promise<{ data: T; etag: string }> {
  let given: Answer<T>;
  try {
    given = await asked;
  } catch (cause) {
    // fetch does not say why it failed. A body that is not JSON did not come from the API.
    if (cause instanceof ApiProblem) throw cause;
    throw new ApiProblem("offline", 0, "");
  }
  if (!given.response.ok) throw problemOf(given.error, given.response);
  return { data: given.data as T, etag: given.response.headers.get("ETag") ?? "*" };
}

/** The body of a successful response. */
export async function answer<T>(asked: Promise<Answer<T>>): Promise<T> {
  return (await answerWithRevision(asked)).data;
}
