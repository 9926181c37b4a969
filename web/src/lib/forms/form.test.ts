import { beforeEach, expect, it, vi } from "vitest";
import { ApiProblem } from "$lib/api/problem";
import { Form, optionalText, parseNumber } from "./form.svelte";

const stored = new Map<string, string>();

beforeEach(() => {
  stored.clear();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  });
});

const form = () => new Form({ key: "run", empty: { title: "", time: "", password: "" }, secret: ["password"] });
function shown(names: string[]) {
  const result = form();
  const elements = { namedItem: (name: string) => (names.includes(name) ? {} : null) };
  result.element = { elements, querySelector: () => null } as unknown as HTMLFormElement;
  return result;
}

it("restores a draft without secret values", () => {
  const first = form();
  first.values.title = "Han river";
  first.values.password = "correct horse";
  first.handleInput("title");
  const second = form();
  expect(second.values).toEqual({ title: "Han river", time: "", password: "" });
  expect(second.isRestored).toBe(true);
  expect([...stored.values()].join()).not.toContain("horse");
});

it("deletes the draft only when the values were accepted", async () => {
  const typed = shown(["title"]);
  typed.values.title = "Han river";
  typed.handleInput("title");
  expect(await typed.submit(() => Promise.reject(new ApiProblem("offline", 0, "")))).toBe(false);
  expect(typed.problem?.isOffline).toBe(true);
  expect(stored.size).toBe(1);
  expect(await typed.submit(() => Promise.resolve())).toBe(true);
  expect(stored.size).toBe(0);
});

it("assigns errors to fields, and shows other errors as a problem", async () => {
  const typed = shown(["title", "time"]);
  const errors = [
    { field: "title", detail: "is required" },
    { field: "splits[2].time", detail: "must look like H:MM:SS[.mmm]" },
  ];
  await typed.submit(() => Promise.reject(new ApiProblem("invalid-fields", 422, "Please check", errors)));
  expect(typed.errors).toEqual({ title: "is required" });
  expect(typed.problem?.detail).toContain("splits[2].time");
  typed.handleInput("title");
  expect(typed.errors).toEqual({});
});

it("assigns a conflict to its field", async () => {
  const typed = new Form({ empty: { login_id: "kim" }, conflicts: { "login-id-taken": "login_id" } });
  await typed.submit(() => Promise.reject(new ApiProblem("login-id-taken", 409, "It is taken.")));
  expect(typed.errors).toEqual({ login_id: "It is taken." });
  expect(typed.problem).toBeUndefined();
});

it("passes invalid numbers on unchanged", () => {
  expect(parseNumber("1,500")).toBe(1500);
  expect(parseNumber("many")).toBe("many");
  expect(parseNumber(" ")).toBeUndefined();
  expect(optionalText("  ")).toBeUndefined();
});
