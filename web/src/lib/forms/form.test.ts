import { beforeEach, expect, it, vi } from "vitest";
import { ApiProblem } from "$lib/api/problem";
import { Form, optional, typedNumber } from "./form.svelte";

const kept = new Map<string, string>();

beforeEach(() => {
  kept.clear();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
});

const form = () => new Form({ key: "run", empty: { title: "", time: "", password: "" }, secret: ["password"] });
function shown(names: string[]) {
  const made = form();
  const elements = { namedItem: (name: string) => (names.includes(name) ? {} : null) };
  made.element = { elements, querySelector: () => null } as unknown as HTMLFormElement;
  return made;
}

it("what is typed is there again, but for secrets", () => {
  const first = form();
  first.values.title = "Han river";
  first.values.password = "correct horse";
  first.typed("title");
  const second = form();
  expect(second.values).toEqual({ title: "Han river", time: "", password: "" });
  expect(second.restored).toBe(true);
  expect([...kept.values()].join()).not.toContain("horse");
});

it("what is accepted is forgotten, what is refused is not", async () => {
  const typed = shown(["title"]);
  typed.values.title = "Han river";
  typed.typed("title");
  expect(await typed.submit(() => Promise.reject(new ApiProblem("offline", 0, "")))).toBe(false);
  expect(typed.problem?.isOffline).toBe(true);
  expect(kept.size).toBe(1);
  expect(await typed.submit(() => Promise.resolve())).toBe(true);
  expect(kept.size).toBe(0);
});

it("each refusal finds its field, and one without a field is told of", async () => {
  const typed = shown(["title", "time"]);
  const errors = [
    { field: "title", detail: "is required" },
    { field: "splits[2].time", detail: "must look like H:MM:SS[.mmm]" },
  ];
  await typed.submit(() => Promise.reject(new ApiProblem("invalid-fields", 422, "Please check", errors)));
  expect(typed.errors).toEqual({ title: "is required" });
  expect(typed.problem?.detail).toContain("splits[2].time");
  typed.typed("title");
  expect(typed.errors).toEqual({});
});

it("a conflict finds the field that it is about", async () => {
  const typed = new Form({ empty: { login_id: "kim" }, conflicts: { "login-id-taken": "login_id" } });
  await typed.submit(() => Promise.reject(new ApiProblem("login-id-taken", 409, "It is taken.")));
  expect(typed.errors).toEqual({ login_id: "It is taken." });
  expect(typed.problem).toBeUndefined();
});

it("numbers that are none go to the API as they are", () => {
  expect(typedNumber("1,500")).toBe(1500);
  expect(typedNumber("many")).toBe("many");
  expect(typedNumber(" ")).toBeUndefined();
  expect(optional("  ")).toBeUndefined();
});
