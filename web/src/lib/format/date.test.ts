import { describe, expect, it } from "vitest";
import {
  addMonths,
  daysBetween,
  formatLocalTime,
  formatLongDay,
  formatMonth,
  formatRelativeDay,
  lastDayOfMonth,
  weeksOfMonth,
} from "./date";

describe("days", () => {
  it("are formatted in both languages, independent of the time zone", () => {
    expect(formatLongDay("2026-03-15", "en")).toContain("March 15");
    expect(formatLongDay("2026-03-15", "ko")).toBe("2026년 3월 15일 일요일");
    expect(formatMonth("2026-03", "ko")).toBe("2026년 3월");
  });

  it("are formatted relative to today", () => {
    expect(daysBetween("2026-02-28", "2026-03-01")).toBe(1);
    expect(formatRelativeDay("2026-03-01", "en", "2026-02-28")).toBe("tomorrow");
  });
});

describe("months", () => {
  it("wrap around the year", () => {
    expect(addMonths("2026-12", 1)).toBe("2027-01");
    expect(addMonths("2026-01", -1)).toBe("2025-12");
    expect(lastDayOfMonth("2028-02")).toBe("2028-02-29");
  });

  it("are split into whole weeks", () => {
    const march = weeksOfMonth("2026-03");
    expect(march.every((week) => week.length === 7)).toBe(true);
    expect(march[0]?.[0]).toBe("2026-03-01");
    expect(march.flat().filter(Boolean)).toHaveLength(31);
  });
});

it("formats a timestamp at its own UTC offset", () => {
  expect(formatLocalTime("2026-03-15T08:00:00+09:00", "ko")).toMatch(/8:00/);
  expect(formatLocalTime("2026-03-15T08:00:00+09:00", "en")).toMatch(/^8:00\sAM$/);
});
