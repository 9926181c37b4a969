import { describe, expect, it } from "vitest";
import { formatPace, formatShortTime, formatTime, normalizeTime, parseMilliseconds, secondsPerKilometre } from "./time";

describe("times", () => {
  it("round-trip in API format", () => {
    for (const time of ["0:00:01", "3:29:41.350", "99:59:59.999", "0:52:10"]) {
      expect(formatTime(parseMilliseconds(time))).toBe(time);
    }
    expect(parseMilliseconds("3:29:41.35")).toBe(parseMilliseconds("3:29:41.350"));
    expect(parseMilliseconds("3:61:00")).toBeNaN();
  });

  it("are normalized from various inputs", () => {
    expect(normalizeTime(" 3:29:41 ")).toBe("3:29:41");
    expect(normalizeTime("52:10")).toBe("0:52:10");
    expect(normalizeTime("75:00")).toBe("1:15:00");
    expect(normalizeTime("32941")).toBe("3:29:41");
    expect(normalizeTime("5210")).toBe("0:52:10");
    expect(normalizeTime("32941,35")).toBe("3:29:41.35");
    expect(normalizeTime("958")).toBe("0:09:58");
  });

  it("are left unchanged when invalid", () => {
    for (const text of ["", "fast", "3:9:1", "12"]) expect(normalizeTime(text)).toBe(text);
  });

  it("are rounded up to the second in short form", () => {
    expect(formatShortTime("3:29:41.350")).toBe("3:29:42");
    expect(formatShortTime("0:52:10")).toBe("52:10");
    expect(formatShortTime("0:59:59.001")).toBe("1:00:00");
  });
});

describe("pace", () => {
  it("is seconds per kilometre", () => {
    expect(secondsPerKilometre("0:50:00", 10_000)).toBe(300);
    expect(formatPace(secondsPerKilometre("0:50:00", 10_000))).toBe("5′00″");
    expect(formatPace(secondsPerKilometre("3:29:41", 42_195))).toBe("4′58″");
  });

  it("carries into the minute when rounded", () => {
    expect(formatPace(299.7)).toBe("5′00″");
  });
});
