import { describe, expect, it } from "vitest";
import { matchRoute } from "./match-route";

const routes = ["/", "/races/new", "/races/:marathon_id", "/races/:marathon_id/results/:bib"].map((path) => ({ path }));

describe("matchRoute", () => {
  it("returns the first matching route with its parameters", () => {
    expect(matchRoute(routes, "/")?.route.path).toBe("/");
    expect(matchRoute(routes, "/races/new")?.route.path).toBe("/races/new");
    expect(matchRoute(routes, "/races/7/results/F3")?.params).toEqual({ marathon_id: "7", bib: "F3" });
    expect(matchRoute(routes, "/races/%EA%B9%80")?.params).toEqual({ marathon_id: "김" });
  });

  it("ignores a trailing slash", () => {
    expect(matchRoute(routes, "/races/7/")?.params).toEqual({ marathon_id: "7" });
  });

  it("returns undefined when no route matches", () => {
    for (const wrong of ["/race", "/races", "/races/7/result", "/races/%E0%A4%A", "//"]) {
      expect(matchRoute(routes, wrong)).toBeUndefined();
    }
  });
});
