import { expect, it } from "vitest";
import { ApiProblem } from "$lib/api/problem";
import { isSame, meaningOf, nextOf, pause, type Entry } from "./entry";

const problem = (kind: string, status: number) => new ApiProblem(kind, status, "");

it.each([
  [undefined, "accepted"],
  [problem("offline", 0), "later"],
  [problem("internal", 500), "later"],
  [problem("http-502", 502), "later"],
  [problem("busy", 503), "later"],
  [problem("too-many-attempts", 429), "later"],
  [problem("http-404", 404), "later"],
  [problem("unauthorized", 401), "login"],
  [problem("record-exists", 409), "compare"],
  [problem("precondition-failed", 412), "compare"],
  [problem("not-started", 409), "refused"],
  [problem("not-found", 404), "refused"],
  [problem("forbidden", 403), "refused"],
  [problem("invalid-fields", 422), "refused"],
] as const)("%s: %s", (given, meaning) => {
  expect(meaningOf(given)).toBe(meaning);
});

it("what stands is the same however its time is written", () => {
  const stands = { status: "finished", net_time: "3:05:10.500", gun_time: null } as const;
  expect(isSame({ ...stands, net_time: "3:05:10.5" }, stands)).toBe(true);
  expect(isSame({ ...stands, net_time: "3:05:11" }, stands)).toBe(false);
  expect(isSame({ ...stands, net_time: null, gun_time: "3:05:10.500" }, stands)).toBe(false);
  expect(isSame({ status: "dnf", net_time: null, gun_time: null }, stands)).toBe(false);
});

it("the first goes first, and what was refused holds nobody up", () => {
  const entry = (seq: number, state: Entry["state"]) => ({ seq, state }) as Entry;
  expect(nextOf([entry(3, "waiting"), entry(1, "refused"), entry(2, "sending")])?.seq).toBe(2);
  expect(nextOf([entry(1, "refused")])).toBeUndefined();
});

it("waits longer after each failure, up to half a minute", () => {
  expect([1, 2, 3, 6, 60].map(pause)).toEqual([1000, 2000, 4000, 30_000, 30_000]);
});
