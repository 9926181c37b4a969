import { expect, it } from "vitest";
import { ApiProblem } from "$lib/api/problem";
import { nextEntry, nextStep, retryDelay, type Entry } from "./entry";

const problem = (kind: string, status: number) => new ApiProblem(kind, status, "");

it.each([
  [undefined, "accepted"],
  [problem("offline", 0), "retry"],
  [problem("internal", 500), "retry"],
  [problem("http-502", 502), "retry"],
  [problem("busy", 503), "retry"],
  [problem("too-many-attempts", 429), "retry"],
  [problem("http-404", 404), "retry"],
  [problem("unauthorized", 401), "login"],
  [problem("record-exists", 409), "compare"],
  [problem("precondition-failed", 412), "compare"],
  [problem("not-started", 409), "refused"],
  [problem("not-found", 404), "refused"],
  [problem("forbidden", 403), "refused"],
  [problem("invalid-fields", 422), "refused"],
] as const)("%s: %s", (given, step) => {
  expect(nextStep(given)).toBe(step);
});

it("sends in typing order and skips refused entries", () => {
  const entry = (seq: number, state: Entry["state"]) => ({ seq, state }) as Entry;
  expect(nextEntry([entry(3, "waiting"), entry(1, "refused"), entry(2, "sending")])?.seq).toBe(2);
  expect(nextEntry([entry(1, "refused")])).toBeUndefined();
});

it("doubles the retry delay after each failure, up to 30 s", () => {
  expect([1, 2, 3, 6, 60].map(retryDelay)).toEqual([1000, 2000, 4000, 30_000, 30_000]);
});
