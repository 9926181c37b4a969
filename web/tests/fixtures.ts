/** Shared fixtures: texts, users, races, and pages that fail the test on script errors and CSP violations. */
import { expect, test as base, type Locator, type Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import type { components } from "../src/lib/api/schema.gen";
import type { Language } from "../src/lib/format/date";
import { en } from "../src/lib/i18n/en";
import { ko, type Messages } from "../src/lib/i18n/ko";
import { ZONE, type Variant } from "./variants";

export { expect };

export type Texts = Messages;
type Schemas = components["schemas"];

const dictionaries: Record<Language, Texts> = { ko, en };

/** Matches an error text in the language. */
const ERROR_TEXT: Record<Language, RegExp> = { ko: /[가-힣]/, en: /^[^가-힣]+$/ };

/** Call the API; fails the test on an error response. */
export type Api = <T = unknown>(method: string, path: string, body?: object, token?: string) => Promise<T>;

interface TestFixtures {
  /** Follow a link of the main menu, and check that the focus moves to the page. */
  openMenuLink: (label: string) => Promise<void>;
  /** Check that a field is marked invalid, with an error in the user's language. */
  expectInvalid: (field: Locator) => Promise<void>;
  logIn: (account: Account) => Promise<void>;
}

interface WorkerFixtures extends Variant {
  /** The texts of the site in the user's language. */
  texts: Texts;
  api: Api;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  language: ["en", { option: true, scope: "worker" }],
  texts: [({ language }, use) => use(dictionaries[language]), { scope: "worker" }],

  // Requests are made in a browser, which resolves the name of the local distribution, and on a separate page, so that
  // the network and session of the tested page do not matter.
  api: [
    async ({ browser }, use, { project }) => {
      const page = await browser.newPage({ baseURL: project.use.baseURL ?? "" });
      await page.goto("/icon.svg");
      await use(async <T>(method: string, path: string, body?: object, token?: string) => {
        const headers = {
          ...(body ? { "Content-Type": "application/json" } : {}),
          ...(token ? { Authorization: `Bearer ${token}` } : {}),
          // Required to adjust points; ignored elsewhere.
          "Idempotency-Key": randomUUID(),
        };
        const response = await page.evaluate(
          async ({ path, ...request }) => {
            const fetched = await fetch(`/api${path}`, request);
            return { ok: fetched.ok, status: fetched.status, text: await fetched.text() };
          },
          { path, method, headers, body: body ? JSON.stringify(body) : null },
        );
        expect(response.ok, `${method} ${path}: ${response.status} ${response.text}`).toBe(true);
        return (response.text ? JSON.parse(response.text) : undefined) as T;
      });
      await page.close();
    },
    { scope: "worker" },
  ],

  // Fail on script errors and CSP violations.
  context: async ({ context }, use) => {
    const failures: string[] = [];
    context.on("weberror", (error) => failures.push(error.error().message));
    context.on("console", (message) => {
      if (/Content.Security.Policy/i.test(message.text())) failures.push(message.text());
    });
    await use(context);
    expect(failures, "errors on the page").toEqual([]);
  },

  openMenuLink: ({ page, texts }, use) =>
    use(async (label) => {
      const menu = page.getByRole("navigation", { name: texts.common.mainMenu });
      await menu.getByRole("link", { name: label, exact: true }).click();
      await expect(page.getByRole("main")).toBeFocused();
    }),

  expectInvalid: ({ page, language }, use) =>
    use(async (field) => {
      await expect(field).toHaveAttribute("aria-invalid", "true");
      const described = (await field.getAttribute("aria-describedby")) ?? "";
      const id = described.split(" ").find((each) => each.endsWith("-error")) ?? "";
      await expect(page.locator(`[id="${id}"]`)).toHaveText(ERROR_TEXT[language]);
    }),

  logIn: ({ page, texts }, use) =>
    use(async (account) => {
      await page.goto("/login");
      await typeLogin(page, texts, account);
      await expect(page.getByRole("button", { name: texts.account.logout, exact: true })).toBeVisible();
    }),
});

/** Fill in and submit the login form. */
export async function typeLogin(
  where: Page | Locator,
  { account: texts }: Texts,
  { login_id, password }: Pick<Account, "login_id" | "password">,
): Promise<void> {
  await where.getByLabel(texts.loginId, { exact: true }).fill(login_id);
  await where.getByLabel(texts.password, { exact: true }).fill(password);
  await where.getByRole("button", { name: texts.login, exact: true }).click();
}

export const uniqueName = (prefix: string): string =>
  `${prefix}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;

/** The date some days from today. */
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
  const login = { login_id: uniqueName("web"), password: "correct horse battery" };
  await api("POST", "/users", { ...login, name, phone: "010-1234-5678", ...more });
  const { token, user } = await api<Schemas["LoggedIn"]>("POST", "/users/login", login);
  return { ...login, name, token, user_id: user.user_id };
}

export const newRunner = (api: Api, name: string): Promise<Account> =>
  signUp(api, name, { user_type: 0, gender: "F", birth_date: "1990-05-17" });

export const newOrganizer = (api: Api, name = "Race office"): Promise<Account> => signUp(api, name, { user_type: 1 });

export interface Race {
  id: string;
  title: string;
  organizer: Account;
}

/** Create a race, by a new organizer unless one is given. */
export async function newRace(
  api: Api,
  changes: Partial<Schemas["MarathonInput"]> = {},
  organizer?: Account,
): Promise<Race> {
  const owner = organizer ?? (await newOrganizer(api));
  const defaults = { title: uniqueName("Race"), held_on: inDays(60), location: "Seoul", distance_m: 10_000, point: 10 };
  const race = await api<Schemas["Marathon"]>("POST", "/marathons", { ...defaults, ...changes }, owner.token);
  return { id: race.marathon_id, title: race.title, organizer: owner };
}

/** Apply for a race, which may put the runner on the waitlist. */
export const apply = (api: Api, race: Race, runner: Account, bib?: string): Promise<Schemas["Player"]> =>
  api("POST", `/marathons/${race.id}/players`, { gender: "F", ...(bib ? { bib } : {}) }, runner.token);

/** Add new runners to a race, with bibs 1, 2, 3, … */
export const addRunners = (api: Api, race: Race, names: readonly string[]): Promise<Account[]> =>
  Promise.all(
    names.map(async (name, index) => {
      const runner = await newRunner(api, name);
      await apply(api, race, runner, `${index + 1}`);
      return runner;
    }),
  );

export const enterResult = (api: Api, race: Race, record: Partial<Schemas["OfficialRecordInput"]>): Promise<unknown> =>
  api("POST", `/marathons/${race.id}/official-records`, { status: "finished", ...record }, race.organizer.token);
