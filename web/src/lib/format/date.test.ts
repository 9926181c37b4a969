import { describe, expect, it } from "vitest";
import { addMonths, clockThere, daysBetween, lastDay, longDay, monthName, relativeDay, weeks } from "./date";

describe("days", () => {
  it("are read in both languages, whatever the zone", () => {
    expect(longDay("2026-03-15", "en")).toContain("March 15");
    expect(longDay("2026-03-15", "ko")).toBe("2026년 3월 15일 일요일");
    expect(monthName("2026-03", "ko")).toBe("2026년 3월");
  });

  it("are told from today", () => {
    expect(daysBetween("2026-02-28", "2026-03-01")).toBe(1);
    expect(relativeDay("2026-03-01", "en", "2026-02-28")).toBe("tomorrow");
  });
});

describe("months", () => {
  it("turn the year", () => {
    expect(addMonths("2026-12", 1)).toBe("2027-01");
    expect(addMonths("2026-01", -1)).toBe("2025-12");
    expect(lastDay("2028-02")).toBe("2028-02-29");
  });

  it("have whole weeks", () => {
    const march = weeks("2026-03");
    expect(march.every((week) => week.length === 7)).toBe(true);
    expect(march[0]?.[0]).toBe("2026-03-01");
    expect(march.flat().filter(Boolean)).toHaveLength(31);
  });
});

it("a race starts at the clock of its place", () => {
  expect(clockThere("2026-03-15T08:00:00+09:00", "ko")).toMatch(/8:00/);
  expect(clockThere("2026-03-15T08:00:00+09:00", "en")).toMatch(/^8:00\sAM$/);
});
