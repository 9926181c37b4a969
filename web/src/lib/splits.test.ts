import { expect, it } from "vitest";
import { stretches } from "./splits";

it("each stretch has its own pace", () => {
  const points = [
    { distance_m: 5000, time: "0:25:00" },
    { distance_m: 8000, time: "0:43:00" },
  ];
  expect(stretches(points, { distance_m: 10_000, time: "0:52:00" }).map(({ pace }) => pace)).toEqual([300, 360, 270]);
});

it("a finish that is a split is not there twice", () => {
  const points = [{ distance_m: 5000, time: "0:25:00" }];
  expect(stretches(points, { distance_m: 5000, time: "0:25:00" })).toHaveLength(1);
  expect(stretches([], undefined)).toEqual([]);
});
