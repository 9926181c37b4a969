import { expect, it } from "vitest";
import { csv } from "./csv";

it("begins with the mark of UTF-8, and quotes what needs it", () => {
  expect(
    csv([
      ["배번", "이름"],
      ["F3", 'Kim, "Sol"'],
      [7, null],
    ]),
  ).toBe('\uFEFF배번,이름\r\nF3,"Kim, ""Sol"""\r\n7,\r\n');
});

it.each(["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "＝1"])("%j is no formula", (text) => {
  expect(csv([[text]])).toMatch(/^\uFEFF"?'/);
});

it("numbers stay numbers", () => {
  expect(csv([[-5]])).toBe("\uFEFF-5\r\n");
});
