import { expect, it } from "vitest";
import { toSegments } from "./splits";

it("computes the pace of each segment", () => {
  const splits = [
    { distance_m: 5000, time: "0:25:00" },
    { distance_m: 8000, time: "0:43:00" },
  ];
  expect(toSegments(splits, { distance_m: 10_000, time: "0:52:00" }).map(({ pace }) => pace)).toEqual([300, 360, 270]);
});

it("does not repeat a finish that is also a split", () => {
  const splits = [{ distance_m: 5000, time: "0:25:00" }];
  expect(toSegments(splits, { distance_m: 5000, time: "0:25:00" })).toHaveLength(1);
  expect(toSegments([], undefined)).toEqual([]);
});
