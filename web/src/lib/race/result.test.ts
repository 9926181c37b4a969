import { expect, it } from "vitest";
import { isSameResult } from "./result";

it("compares results however their times are written", () => {
  const saved = { status: "finished", net_time: "3:05:10.500", gun_time: null } as const;
  expect(isSameResult({ ...saved, net_time: "3:05:10.5" }, saved)).toBe(true);
  expect(isSameResult({ ...saved, net_time: "3:05:11" }, saved)).toBe(false);
  expect(isSameResult({ ...saved, net_time: null, gun_time: "3:05:10.500" }, saved)).toBe(false);
  expect(isSameResult({ status: "dnf", net_time: null, gun_time: null }, saved)).toBe(false);
});
