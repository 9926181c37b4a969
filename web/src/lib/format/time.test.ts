import { describe, expect, it } from "vitest";
import { milliseconds, pace, paceText, shortTime, typedTime, written } from "./time";

describe("durations", () => {
  it("are read and written as the API does", () => {
    for (const time of ["0:00:01", "3:29:41.350", "99:59:59.999", "0:52:10"]) {
      expect(written(milliseconds(time))).toBe(time);
    }
    expect(milliseconds("3:29:41.35")).toBe(milliseconds("3:29:41.350"));
    expect(milliseconds("3:61:00")).toBeNaN();
  });

  it("may be typed in many ways", () => {
    expect(typedTime(" 3:29:41 ")).toBe("3:29:41");
    expect(typedTime("52:10")).toBe("0:52:10");
    expect(typedTime("75:00")).toBe("1:15:00");
    expect(typedTime("32941")).toBe("3:29:41");
    expect(typedTime("5210")).toBe("0:52:10");
    expect(typedTime("32941,35")).toBe("3:29:41.35");
    expect(typedTime("958")).toBe("0:09:58");
  });

  it("stay as they are when they are none, for the API to refuse", () => {
    for (const text of ["", "fast", "3:9:1", "12"]) expect(typedTime(text)).toBe(text);
  });

  it("are rounded up to the second at a glance", () => {
    expect(shortTime("3:29:41.350")).toBe("3:29:42");
    expect(shortTime("0:52:10")).toBe("52:10");
    expect(shortTime("0:59:59.001")).toBe("1:00:00");
  });
});

describe("pace", () => {
  it("is the time for a kilometre", () => {
    expect(pace("0:50:00", 10_000)).toBe(300);
    expect(paceText(pace("0:50:00", 10_000))).toBe("5′00″");
    expect(paceText(pace("3:29:41", 42_195))).toBe("4′58″");
  });

  it("carries a rounded minute", () => {
    expect(paceText(299.7)).toBe("5′00″");
  });
});
