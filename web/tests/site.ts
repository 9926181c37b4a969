/** What the tests of the site share: its words, people, races, and pages that fail a test for what goes wrong unseen. */
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import type { components } from "../src/lib/api/schema.gen";
import type { Language } from "../src/lib/format/date";
import { en } from "../src/lib/i18n/en";
import { ko, type Messages } from "../src/lib/i18n/ko";
import { ZONE, type Variant } from "./variants";

export { expect };

export type Words = Messages;
type Schemas = components["schemas"];

const dictionaries: Record<Language, Words> = { ko, en };

/** What a reason looks like that is written in the language. */
const written: Record<Language, RegExp> = { ko: /[가-힣]/, en: /^[^가-힣]+$/ };

/** Ask the API, and fail when it refuses. */
export type Api = <T = unknown>(method: string, path: string, body?: object, token?: string) => Promise<T>;

interface OfTest {
  /** Follow a link of the main menu, and have the keyboard and screen readers follow. */
  go: (label: string) => Promise<void>;
  /** Whether a field was refused, with a reason in the reader's language. */
  refused: (field: Locator) => Promise<void>;
  logIn: (account: Account) => Promise<void>;
}

interface OfWorker extends Variant {
  /** The words of the site in the reader's language. */
  words: Words;
  api: Api;
}

export const test = base.extend<OfTest, OfWorker>({
  language: ["en", { option: true, scope: "worker" }],
  words: [({ language }, use) => use(dictionaries[language]), { scope: "worker" }],

  // By the browser, which finds the local distribution by its name; on a page of its own, so that neither the network
  // nor the session of the page that is tested matters.
  api: [
    async ({ browser }, use, { project }) => {
      const page = await browser.newPage({ baseURL: project.use.baseURL ?? "" });
      await page.goto("/icon.svg");
      await use(async <T>(method: string, path: string, body?: object, token?: string) => {
        const headers = {
          ...(body ? { "Content-Type": "application/json" } : {}),
          ...(token ? { Authorization: `Bearer ${token}` } : {}),
          // What adjusts points wants one; the others don't care.
          "Idempotency-Key": randomUUID(),
        };
        const answered = await page.evaluate(
          async ({ path, ...request }) => {
            const response = await fetch(`/api${path}`, request);
            return { ok: response.ok, status: response.status, text: await response.text() };
          },
          { path, method, headers, body: body ? JSON.stringify(body) : null },
        );
        expect(answered.ok, `${method} ${path}: ${answered.status} ${answered.text}`).toBe(true);
        return (answered.text ? JSON.parse(answered.text) : undefined) as T;
      });
      await page.close();
    },
    { scope: "worker" },
  ],

  // No script may fail, and the policy has to forbid nothing, on any page of the test.
  context: async ({ context }, use) => {
    const failures: string[] = [];
    context.on("weberror", (error) => failures.push(error.error().message));
    context.on("console", (message) => {
      if (/Content.Security.Policy/i.test(message.text())) failures.push(message.text());
    });
    await use(context);
    expect(failures, "errors on the page").toEqual([]);
  },

  go: ({ page, words }, use) =>
    use(async (label) => {
      const menu = page.getByRole("navigation", { name: words.common.mainMenu });
      await menu.getByRole("link", { name: label, exact: true }).click();
      await expect(page.getByRole("main")).toBeFocused();
    }),

  refused: ({ page, language }, use) =>
    use(async (field) => {
      await expect(field).toHaveAttribute("aria-invalid", "true");
      const described = (await field.getAttribute("aria-describedby")) ?? "";
      const id = described.split(" ").find((each) => each.endsWith("-error")) ?? "";
      await expect(page.locator(`[id="${id}"]`)).toHaveText(written[language]);
    }),

  logIn: ({ page, words }, use) =>
    use(async (account) => {
      await page.goto("/login");
      await typeLogin(page, words, account);
      await expect(page.getByRole("button", { name: words.account.logout, exact: true })).toBeVisible();
    }),
});

/** Fill in the form that logs in, and send it. */
export async function typeLogin(
  where: Page | Locator,
  { account: words }: Words,
  { login_id, password }: Pick<Account, "login_id" | "password">,
): Promise<void> {
  await where.getByLabel(words.loginId, { exact: true }).fill(login_id);
  await where.getByLabel(words.password, { exact: true }).fill(password);
  await where.getByRole("button", { name: words.login, exact: true }).click();
}

/** A name that nobody else has. */
export const unique = (what: string): string =>
  `${what}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;

/** A day, some days from today. */
export const inDays = (days: number): string =>
  new Intl.DateTimeFormat("sv", { timeZone: ZONE }).format(Date.now() + days * 86_400_000);

export interface Account {
  login_id: string;
  password: string;
  name: string;
  user_id: number;
  token: string;
}

async function signUp(api: Api, name: string, more: Partial<Schemas["SignUp"]>): Promise<Account> {
  const login = { login_id: unique("web"), password: "correct horse battery" };
  await api("POST", "/users", { ...login, name, phone: "010-1234-5678", ...more });
  const { token, user } = await api<Schemas["LoggedIn"]>("POST", "/users/login", login);
  return { ...login, name, token, user_id: user.user_id };
}

/** A runner who is new. */
export const newRunner = (api: Api, name: string): Promise<Account> =>
  signUp(api, name, { user_type: 0, gender: "F", birth_date: "1990-05-17" });

/** An organizer who is new. */
export const newOrganizer = (api: Api, name = "Race office"): Promise<Account> => signUp(api, name, { user_type: 1 });

export interface Race {
  id: string;
  title: string;
  organizer: Account;
}

/** A race, of somebody new unless it is said whose. */
export async function newRace(
  api: Api,
  how: Partial<Schemas["MarathonInput"]> = {},
  organizer?: Account,
): Promise<Race> {
  const whose = organizer ?? (await newOrganizer(api));
  const usual = { title: unique("Race"), held_on: inDays(60), location: "Seoul", distance_m: 10_000, point: 10 };
  const race = await api<Schemas["Marathon"]>("POST", "/marathons", { ...usual, ...how }, whose.token);
  return { id: race.marathon_id, title: race.title, organizer: whose };
}

/** Have a runner take part, or wait. */
export const apply = (api: Api, race: Race, runner: Account, bib?: string): Promise<Schemas["Player"]> =>
  api("POST", `/marathons/${race.id}/players`, { gender: "F", ...(bib ? { bib } : {}) }, runner.token);

/** New runners in a race, with bibs from 1 on. */
export const field = (api: Api, race: Race, names: readonly string[]): Promise<Account[]> =>
  Promise.all(
    names.map(async (name, index) => {
      const runner = await newRunner(api, name);
      await apply(api, race, runner, `${index + 1}`);
      return runner;
    }),
  );

/** Enter a result. */
export const enter = (api: Api, race: Race, record: Partial<Schemas["OfficialRecordInput"]>): Promise<unknown> =>
  api("POST", `/marathons/${race.id}/official-records`, { status: "finished", ...record }, race.organizer.token);
