import { expect, it } from "vitest";
import { normalizeBib, parseResult } from "./parse-result";

it.each(["3:05:10", "30510", "3 05 10", " 3  05 10 ", "03:05:10"])("parses %s", (text) => {
  expect(parseResult(text)).toEqual({ status: "finished", time: "3:05:10" });
});

it("parses fractions and times below an hour", () => {
  expect(parseResult("30510.25")).toEqual({ status: "finished", time: "3:05:10.250" });
  expect(parseResult("3 05 10,5")?.time).toBe("3:05:10.500");
  expect(parseResult("52:10")?.time).toBe("0:52:10");
});

it("parses status letters, also from a Korean keyboard", () => {
  expect(["d", "N", "q", "dnf", "ㅇ", "ㅜ", "ㅂ"].map((text) => parseResult(text)?.status)).toEqual([
    "dnf",
    "dns",
    "dsq",
    "dnf",
    "dnf",
    "dns",
    "dsq",
  ]);
});

it.each(["", "0:00:00", "3:65:10", "fast", "12", "3:05:10:11", "-30510"])("rejects %j", (text) => {
  expect(parseResult(text)).toBeUndefined();
});

it("normalizes bibs to upper-case Latin letters", () => {
  expect(normalizeBib(" f3 ")).toBe("F3");
  expect(normalizeBib("ㄹ3")).toBe("F3");
  expect(normalizeBib("ㅈ-12")).toBe("W-12");
});
