import { expect, it } from "vitest";
import { closesAt, hasBegun, stateOf } from "./race";

const race = {
  held_on: "2026-03-15",
  starts_at: "2026-03-15T08:00:00+09:00",
  apply_until: "2026-02-28T23:59:59+09:00",
  capacity: 2,
  player_count: 1,
};

it("a race takes applications until it is told to", () => {
  expect(stateOf(race, new Date("2026-02-01T00:00:00Z"))).toBe("open");
  expect(stateOf({ ...race, player_count: 2 }, new Date("2026-02-01T00:00:00Z"))).toBe("full");
  expect(stateOf(race, new Date("2026-03-01T00:00:00Z"))).toBe("closed");
  expect(stateOf(race, new Date("2026-03-20T00:00:00Z"))).toBe("past");
});

it("else until it starts, or its day ends", () => {
  expect(closesAt({ ...race, apply_until: null }).toISOString()).toBe("2026-03-14T23:00:00.000Z");
  expect(closesAt({ ...race, apply_until: null, starts_at: null }).toISOString()).toBe("2026-03-15T23:59:59.999Z");
});

it("results begin on the day", () => {
  expect(hasBegun(race, new Date("2026-03-14T00:00:00"))).toBe(false);
  expect(hasBegun(race, new Date("2026-03-15T00:00:00"))).toBe(true);
});
