import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { call, expect, inDays, logIn, newRace, somebody, test, unique, violations, type Account } from "./site";

/** Runners in a race, with bibs from 1 on. */
async function field(page: Page, raceId: string, names: readonly string[]): Promise<Account[]> {
  const runners: Account[] = [];
  for (const [index, name] of names.entries()) {
    const runner = await somebody(page, 0, name);
    const applied = await call(page, "POST", `/marathons/${raceId}/players`, { bib: `${index + 1}` }, runner.token);
    expect(applied.status).toBe(201);
    runners.push(runner);
  }
  return runners;
}

/** A race of today, with its organizer logged in. */
async function raceDay(page: Page, names: readonly string[]): Promise<{ id: string; title: string; token: string }> {
  const organizer = await somebody(page, 1, "Race office");
  const title = unique("Race");
  const body = { title, held_on: inDays(0), location: "Seoul", distance_m: 42_195, point: 10 };
  const created = await call(page, "POST", "/marathons", body, organizer.token);
  expect(created.status).toBe(201);
  const id = String(created.body.marathon_id);
  await field(page, id, names);
  await logIn(page, organizer);
  return { id, title, token: organizer.token };
}

/** Type a bib and a time as at a finish line. */
async function type(page: Page, bib: string, name: string, time: string): Promise<void> {
  await expect(page.getByLabel("Bib", { exact: true })).toBeFocused();
  await page.keyboard.type(bib);
  await expect(page.locator("#who")).toHaveText(name);
  await page.keyboard.press("Enter");
  await page.keyboard.type(time);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row").filter({ hasText: name })).toBeVisible();
}

const row = (page: Page, name: string) => page.getByRole("row").filter({ hasText: name });

test("create a race, correct what was refused, change it, delete it", async ({ page }) => {
  await logIn(page, await somebody(page, 1, "Race office"));
  await page.getByRole("link", { name: "Organize" }).click();
  await expect(page.getByText("You have no races yet")).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "New race" }).first().click();
  await page.getByRole("button", { name: "Create the race" }).click();
  await expect(page.getByLabel("Name of the race")).toBeFocused();
  await expect(page.getByLabel("Date", { exact: true })).toHaveAttribute("aria-invalid", "true");

  const title = unique("Spring race");
  await page.getByLabel("Name of the race").fill(title);
  await page.getByLabel("Date", { exact: true }).fill(inDays(30));
  await page.locator("[name=starts_at]").fill("08:00");
  await page.getByLabel("Place", { exact: true }).fill("Seoul");
  await page.getByLabel("Distance").fill("21.0975");
  await page.getByLabel("Places").fill("0");
  await page.getByRole("button", { name: "Create the race" }).click();
  await expect(page.getByLabel("Places")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Places").fill("100");
  await page.getByRole("button", { name: "Create the race" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);

  await page.getByRole("link", { name: "Edit" }).click();
  await expect(page.locator("[name=starts_at]")).toHaveValue("08:00");
  await page.getByLabel("Place", { exact: true }).fill("Busan");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Busan")).toBeVisible();

  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByRole("button", { name: "Delete the race" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete the race" }).click();
  await expect(page).toHaveURL("/organizer");
});

test("results by keyboard alone, without the network, after a reload, each once and in order", async ({
  page,
  context,
}) => {
  test.setTimeout(120_000);
  const names = ["Kim Haneul", "Lee Bada", "Park Noeul", "Choi Sol", "Jung Byeol"];
  const race = await raceDay(page, names);
  await page.goto(`/organizer/races/${race.id}/finish`);
  await expect(page.getByText("No results entered yet")).toBeVisible();
  await type(page, "1", "Kim Haneul", "30510");
  await expect(row(page, "Kim Haneul")).toContainText("3:05:10");
  await expect(row(page, "Kim Haneul")).toContainText("Saved");
  // What is needed to open the page again without the network is kept.
  await page.waitForFunction(async () => {
    const cache = await caches.open("mrmrthon-1");
    return (await cache.keys()).filter(({ url }) => url.includes("/assets/")).length > 5;
  });

  await context.setOffline(true);
  await type(page, "3", "Park Noeul", "3 06 00.25");
  await type(page, "2", "Lee Bada", "3:07:00");
  await expect(row(page, "Lee Bada")).toContainText("Waiting");
  await expect(page.getByText("2 waiting")).toBeVisible();
  await page.reload();
  await expect(page.getByText("2 waiting")).toBeVisible();
  await type(page, "4", "Choi Sol", "d");
  await expect(row(page, "Choi Sol")).toContainText("DNF");
  await expect(page.getByText("3 waiting")).toBeVisible();

  let sent = 0;
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/official-records")) sent += 1;
  });
  await context.setOffline(false);
  await expect(page.getByText("Everything is sent")).toBeVisible({ timeout: 45_000 });
  expect(sent).toBe(3);
  await expect(row(page, "Lee Bada")).toContainText("Saved");
  const listed = await call(page, "GET", `/marathons/${race.id}/official-records?limit=50`);
  interface Item {
    bib: string;
    record_id: string;
    status: string;
    net_time: string | null;
    revision: number;
  }
  const items = listed.body.items as Item[];
  // The ids sort by the time at which they were given.
  const inOrder = items.toSorted((a, b) => a.record_id.localeCompare(b.record_id)).map(({ bib }) => bib);
  expect(inOrder).toEqual(["1", "3", "2", "4"]);
  expect(items.map(({ bib, status, net_time, revision }) => [bib, status, net_time, revision])).toEqual([
    ["1", "finished", "3:05:10", 1],
    ["3", "finished", "3:06:00.250", 1],
    ["2", "finished", "3:07:00", 1],
    ["4", "dnf", null, 1],
  ]);

  // A bib that nobody has, and one that has a result.
  await page.getByLabel("Bib", { exact: true }).fill("99");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("Nobody in this race has bib 99");
  await page.getByLabel("Bib", { exact: true }).fill("2");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("has a result already");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Chip time").fill("fast");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByLabel("Chip time")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Chip time").fill("30659");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(row(page, "Lee Bada")).toContainText("3:06:59");

  await page.getByRole("button", { name: "Correct 1 Kim Haneul" }).click();
  await dialog.getByRole("radio", { name: "DNF" }).check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(row(page, "Kim Haneul")).toContainText("DNF");
  expect(await violations(page)).toEqual([]);

  await page.getByRole("link", { name: "Progress" }).click();
  await expect(page.getByText("4 results").first()).toBeVisible();
  await page.getByLabel("Bib").fill("3");
  await expect(async () => {
    await page.getByRole("button", { name: "Check" }).click();
    await expect(page.getByText("All points have arrived.")).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 45_000 });
  expect(await violations(page)).toEqual([]);
});

test("a lost answer enters nothing twice, and another result is shown", async ({ page }) => {
  const race = await raceDay(page, ["Kim Haneul", "Lee Bada"]);
  await page.goto(`/organizer/races/${race.id}/finish`);
  await expect(page.getByText("No results entered yet")).toBeVisible();
  // The first reaches the API, but its answer is lost.
  await page.route(
    "**/official-records",
    async (route) => {
      // By the browser, which finds the local distribution by its name.
      const sent = route.request().postDataJSON() as object;
      await call(page, "POST", `/marathons/${race.id}/official-records`, sent, race.token);
      await route.abort("connectionreset");
    },
    { times: 1 },
  );
  await type(page, "1", "Kim Haneul", "30510");
  await expect(row(page, "Kim Haneul")).toContainText("Saved");
  await expect(page.getByText("Everything is sent")).toBeVisible();

  // Somebody else is faster, with another time.
  const other = { bib: "2", status: "finished", net_time: "3:10:00" };
  expect((await call(page, "POST", `/marathons/${race.id}/official-records`, other, race.token)).status).toBe(201);
  await type(page, "2", "Lee Bada", "31001");
  await expect(page.getByText("Saved: 3:10:00. Typed here: 3:10:01.")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Correct it to mine" }).click();
  await expect(row(page, "Lee Bada")).toContainText("3:10:01");
  await expect(row(page, "Lee Bada")).toContainText("Saved");
  await expect(page.getByText("1 to look at")).toHaveCount(0);
});

test("a session that ends holds entries back, and loses none", async ({ page }) => {
  const organizer = await somebody(page, 1, "Race office");
  const body = { title: unique("Race"), held_on: inDays(0), location: "Seoul", point: 10 };
  const created = await call(page, "POST", "/marathons", body, organizer.token);
  const id = String(created.body.marathon_id);
  await field(page, id, ["Kim Haneul"]);
  await logIn(page, organizer);
  await page.goto(`/organizer/races/${id}/finish`);
  await expect(page.getByText("No results entered yet")).toBeVisible();
  const refuse = { status: 401, contentType: "application/problem+json", body: "{}" };
  await page.route("**/api/users/refresh", (route) => route.fulfill(refuse));
  await page.route("**/official-records", (route) => route.fulfill(refuse), { times: 1 });
  await type(page, "1", "Kim Haneul", "30510");
  const login = page.getByRole("dialog", { name: "Please log in again" });
  await login.getByLabel("Login", { exact: true }).fill(organizer.login_id);
  await login.getByLabel("Password", { exact: true }).fill(organizer.password);
  await login.getByRole("button", { name: "Log in" }).click();
  await expect(row(page, "Kim Haneul")).toContainText("Saved");
});

test("find participants, save them as CSV, remove one", async ({ page }) => {
  const race = await raceDay(page, ["Kim Haneul", "Lee Bada", '=HYPERLINK("x")']);
  await page.goto(`/organizer/races/${race.id}/participants`);
  await expect(page.getByRole("row")).toHaveCount(4);
  expect(await violations(page)).toEqual([]);
  await page.getByLabel("Name or bib").pressSequentially("bada");
  await expect(page.getByRole("row")).toHaveCount(2);
  await page.getByLabel("Name or bib").fill("");
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download CSV" }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toBe(`${race.title} participants.csv`);
  const text = await readFile(await file.path(), "utf8");
  expect(text).toMatch(/^\uFEFFBib,Name,Gender,/);
  expect(text).toContain("1,Kim Haneul,");
  expect(text).toContain(`3,"'=HYPERLINK(""x"")"`);

  await page.getByRole("button", { name: "Remove Lee Bada" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("row")).toHaveCount(3);
});

test("adjust points with a reason, and see them arrive", async ({ page }) => {
  const race = await raceDay(page, ["Kim Haneul"]);
  await page.goto(`/organizer/races/${race.id}/adjustments`);
  await page.getByLabel("Bib").fill("1");
  await expect(page.getByText("Kim Haneul")).toBeVisible();
  await page.getByLabel("Points").fill("0");
  await page.getByRole("button", { name: "Adjust" }).click();
  await expect(page.getByLabel("Points")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Reason")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Points").fill("5");
  await page.getByLabel("Reason").fill("Best costume");
  await page.getByRole("button", { name: "Adjust" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Best costume" })).toContainText("+5");
  await expect(page.getByText("Arrived: 5 in total")).toBeVisible({ timeout: 45_000 });
  expect(await violations(page)).toEqual([]);
});

test("a race of somebody else leads back to one's own", async ({ page }) => {
  const race = await newRace(page);
  await logIn(page, await somebody(page, 1, "Another office"));
  await page.goto(`/organizer/races/${race.id}`);
  await page.getByRole("link", { name: "To your races" }).click();
  await expect(page).toHaveURL("/organizer");
});
