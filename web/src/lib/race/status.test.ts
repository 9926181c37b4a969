import { expect, it } from "vitest";
import { acceptsResults, applicationDeadline, raceStatus } from "./status";

const race = {
  held_on: "2026-03-15",
  starts_at: "2026-03-15T08:00:00+09:00",
  apply_until: "2026-02-28T23:59:59+09:00",
  capacity: 2,
  player_count: 1,
};

it("is open until apply_until, full at capacity, then closed and past", () => {
  expect(raceStatus(race, new Date("2026-02-01T00:00:00Z"))).toBe("open");
  expect(raceStatus({ ...race, player_count: 2 }, new Date("2026-02-01T00:00:00Z"))).toBe("full");
  expect(raceStatus(race, new Date("2026-03-01T00:00:00Z"))).toBe("closed");
  expect(raceStatus(race, new Date("2026-03-20T00:00:00Z"))).toBe("past");
});

it("closes at the start or at the end of race day without apply_until", () => {
  expect(applicationDeadline({ ...race, apply_until: null }).toISOString()).toBe("2026-03-14T23:00:00.000Z");
  expect(applicationDeadline({ ...race, apply_until: null, starts_at: null }).toISOString()).toBe(
    "2026-03-15T23:59:59.999Z",
  );
});

it("accepts results from race day on", () => {
  expect(acceptsResults(race, new Date("2026-03-14T00:00:00"))).toBe(false);
  expect(acceptsResults(race, new Date("2026-03-15T00:00:00"))).toBe(true);
});
