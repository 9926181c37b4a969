import { expect, it } from "vitest";
import { en } from "./en";
import { ko } from "./ko";

/** The paths of all texts, with the number of arguments of each. */
function textPaths(of: object, path = ""): string[] {
  return Object.entries(of).flatMap(([key, value]: [string, unknown]) => {
    const here = path ? `${path}.${key}` : key;
    if (typeof value === "string") return [here];
    if (typeof value === "function") return [`${here}/${value.length}`];
    return textPaths(value as object, here);
  });
}

it("both languages have the same texts with the same arguments", () => {
  expect(textPaths(en).sort()).toEqual(textPaths(ko).sort());
});

it("no text is empty", () => {
  for (const dictionary of [ko, en]) expect(JSON.stringify(dictionary)).not.toMatch(/:""/);
});

it("English texts contain no Korean", () => {
  expect(JSON.stringify(en)).not.toMatch(/[가-힣]/);
});
