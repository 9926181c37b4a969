/** What the tests of the site share: people, races, and a page that fails a test for what goes wrong unseen. */
import { test as base, expect, type Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export { expect };

/** A page on which no script fails and the policy forbids nothing. */
export const test = base.extend({
  page: async ({ page }, use) => {
    const failures: string[] = [];
    page.on("pageerror", (error) => failures.push(error.message));
    page.on("console", (message) => {
      if (/Content.Security.Policy/i.test(message.text())) failures.push(message.text());
    });
    await use(page);
    expect(failures, "errors on the page").toEqual([]);
  },
});

export interface Account {
  login_id: string;
  password: string;
  name: string;
}

/** A name that nobody else has. */
export const unique = (what: string): string =>
  `${what}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;

interface Answered {
  status: number;
  body: Record<string, unknown>;
}

/** Call the API as the page would; its name may be one that only a browser resolves. */
export async function call(page: Page, method: string, path: string, body?: object, token?: string): Promise<Answered> {
  if (page.url() === "about:blank") await page.goto("/icon.svg");
  const given = { method, path, body, token };
  const answered = await page.evaluate(async ({ method, path, body, token }) => {
    const response = await fetch(`/api${path}`, {
      method,
      headers: {
        ...(body ? { "Content-Type": "application/json" } : {}),
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
      },
      body: body ? JSON.stringify(body) : null,
    });
    return { status: response.status, text: await response.text() };
  }, given);
  return { status: answered.status, body: answered.text ? (JSON.parse(answered.text) as Record<string, unknown>) : {} };
}

/** Somebody new, with a token for the API. */
export async function somebody(page: Page, user_type: 0 | 1, name: string): Promise<Account & { token: string }> {
  const account = { login_id: unique("web"), password: "correct horse battery", name };
  const person = user_type === 0 ? { gender: "F", birth_date: "1990-05-17" } : {};
  const signedUp = await call(page, "POST", "/users", { ...account, phone: "010-1234-5678", user_type, ...person });
  expect(signedUp.status).toBe(201);
  const loggedIn = await call(page, "POST", "/users/login", {
    login_id: account.login_id,
    password: account.password,
  });
  return { ...account, token: String(loggedIn.body.token) };
}

/** A day, some days from today. */
export const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** A race of somebody new. */
export async function newRace(page: Page, race: object = {}): Promise<{ id: string; title: string; token: string }> {
  const organizer = await somebody(page, 1, "Race office");
  const title = unique("Race");
  const body = { title, held_on: inDays(60), location: "Seoul", distance_m: 10_000, point: 10, ...race };
  const created = await call(page, "POST", "/marathons", body, organizer.token);
  expect(created.status).toBe(201);
  return { id: String(created.body.marathon_id), title: String(created.body.title), token: organizer.token };
}

/** Log in by the form. */
export async function logIn(page: Page, account: Account): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Login", { exact: true }).fill(account.login_id);
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("button", { name: "Log out" })).toBeVisible();
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core holds against the page as it stands. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; help: string; nodes: { target: string[] }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target).join(", ")})`);
  });
}
