import { expect, it } from "vitest";
import { typedBib, typedResult } from "./typed";

it.each(["3:05:10", "30510", "3 05 10", " 3  05 10 ", "03:05:10"])("%s is three hours and some", (text) => {
  expect(typedResult(text)).toEqual({ status: "finished", time: "3:05:10" });
});

it("fractions stay, and short times have no hours", () => {
  expect(typedResult("30510.25")).toEqual({ status: "finished", time: "3:05:10.250" });
  expect(typedResult("3 05 10,5")?.time).toBe("3:05:10.500");
  expect(typedResult("52:10")?.time).toBe("0:52:10");
});

it("letters stand for those without a time, on a Korean keyboard too", () => {
  expect(["d", "N", "q", "dnf", "ㅇ", "ㅜ", "ㅂ"].map((text) => typedResult(text)?.status)).toEqual([
    "dnf",
    "dns",
    "dsq",
    "dnf",
    "dnf",
    "dns",
    "dsq",
  ]);
});

it.each(["", "0:00:00", "3:65:10", "fast", "12", "3:05:10:11", "-30510"])("%s is no result", (text) => {
  expect(typedResult(text)).toBeUndefined();
});

it("bibs are upper case, whatever the keyboard", () => {
  expect(typedBib(" f3 ")).toBe("F3");
  expect(typedBib("ㄹ3")).toBe("F3");
  expect(typedBib("ㅈ-12")).toBe("W-12");
});
