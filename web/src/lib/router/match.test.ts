import { describe, expect, it } from "vitest";
import { match, type Route } from "./match";

const route = (path: string): Route => ({
  path,
  access: "anyone",
  title: () => path,
  page: () => Promise.reject(new Error("not loaded here")),
});
const routes = ["/", "/races/new", "/races/:marathon_id", "/races/:marathon_id/results/:bib"].map(route);

describe("a path", () => {
  it("finds the first route of its shape, with its parameters", () => {
    expect(match(routes, "/")?.route.path).toBe("/");
    expect(match(routes, "/races/new")?.route.path).toBe("/races/new");
    expect(match(routes, "/races/7/results/F3")?.params).toEqual({ marathon_id: "7", bib: "F3" });
    expect(match(routes, "/races/%EA%B9%80")?.params).toEqual({ marathon_id: "김" });
  });

  it("may end in a slash", () => {
    expect(match(routes, "/races/7/")?.params).toEqual({ marathon_id: "7" });
  });

  it("finds nothing when it is wrong", () => {
    for (const wrong of ["/race", "/races", "/races/7/result", "/races/%E0%A4%A", "//"]) {
      expect(match(routes, wrong)).toBeUndefined();
    }
  });
});
