import { expect, it } from "vitest";
import { csv } from "./csv";

it("writes a BOM and quotes cells", () => {
  expect(
    csv([
      ["배번", "이름"],
      ["F3", 'Kim, "Sol"'],
      [7, null],
    ]),
  ).toBe('\uFEFF배번,이름\r\nF3,"Kim, ""Sol"""\r\n7,\r\n');
});

it.each(["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "＝1"])("escapes the formula %j", (text) => {
  expect(csv([[text]])).toMatch(/^\uFEFF"?'/);
});

it("does not escape numbers", () => {
  expect(csv([[-5]])).toBe("\uFEFF-5\r\n");
});
