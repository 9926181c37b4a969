import { call, expect, inDays, newRace, somebody, test } from "./site";

test("find a race in the list and in the calendar", async ({ page }) => {
  const race = await newRace(page, { held_on: inDays(1) });
  await page.goto("/");
  const link = page.getByRole("link", { name: new RegExp(race.title) }).first();
  const more = page.getByRole("button", { name: "Show more" });
  // Other tests have races of these days, too.
  await expect(async () => {
    if (await more.isVisible()) await more.click();
    await expect(link).toBeVisible({ timeout: 500 });
  }).toPass();
  await link.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(race.title);
  await expect(page).toHaveTitle(new RegExp(race.title));
  await page.goto(`/calendar/${inDays(1).slice(0, 7)}`);
  await expect(page.getByRole("link", { name: race.title }).first()).toBeVisible();
  await page.getByRole("link", { name: "Next month" }).first().click();
  await expect(page.getByRole("link", { name: race.title })).toHaveCount(0);
});

test("search results while typing", async ({ page }) => {
  const race = await newRace(page, { held_on: inDays(0) });
  for (const [name, bib, net_time] of [
    ["Kim Haneul", "K1", "0:48:25"],
    ["Lee Bada", "L2", "0:52:10"],
  ]) {
    const runner = await somebody(page, 0, String(name));
    await call(page, "POST", `/marathons/${race.id}/players`, { bib, gender: "F" }, runner.token);
    const record = { bib, status: "finished", net_time };
    const entered = await call(page, "POST", `/marathons/${race.id}/official-records`, record, race.token);
    expect(entered.status).toBe(201);
  }
  await page.goto(`/races/${race.id}/results`);
  await expect(page.getByRole("row")).toHaveCount(3);
  await page.getByLabel("Name or bib").pressSequentially("lee");
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page).toHaveURL(/q=lee/);
  await page.getByLabel("Name or bib").fill("k1");
  await expect(page.getByRole("row", { name: /Kim Haneul/ })).toBeVisible();
  await page.getByLabel("Name or bib").fill("nobody");
  await page.getByRole("button", { name: "Clear search" }).click();
  await expect(page.getByRole("row")).toHaveCount(3);
  await page.getByRole("link", { name: "Kim Haneul" }).click();
  await expect(page.getByText("48:25").first()).toBeVisible();
  await page.getByRole("link", { name: "Kim Haneul" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Kim Haneul");
  await expect(page.getByRole("link", { name: new RegExp(race.title) })).toBeVisible();
});

test("the ranking leads to runners", async ({ page }) => {
  await page.goto("/ranking");
  const first = page.getByRole("row").nth(1).getByRole("link");
  const name = (await first.textContent()) ?? "";
  await first.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
});

test("the language changes everything, and stays", async ({ page }) => {
  await page.goto("/login");
  await page.getByRole("button", { name: "한국어" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("로그인");
  await expect(page.locator("html")).toHaveAttribute("lang", "ko");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("로그인");
  await page.getByRole("link", { name: "회원가입" }).first().click();
  await page.getByRole("button", { name: "회원가입" }).click();
  // The API's reasons, too.
  await expect(page.getByLabel("이름")).toHaveAccessibleDescription(/이하여야 합니다|형식이어야 합니다|필수 항목/);
});

test("a wrong address leads back", async ({ page }) => {
  for (const wrong of ["/nowhere", "/races/nonsense", "/runners/0", "/calendar/2026-13"]) {
    await page.goto(wrong);
    await page.getByRole("main").getByRole("link", { name: "See the races" }).click();
    await expect(page).toHaveURL("/");
  }
});

test("pages of one's own lead to the login and back", async ({ page }) => {
  await page.goto("/me/points");
  await expect(page).toHaveURL("/login?back=%2Fme%2Fpoints");
  const runner = await somebody(page, 0, "Kim Haneul");
  await page.getByLabel("Login", { exact: true }).fill(runner.login_id);
  await page.getByLabel("Password", { exact: true }).fill(runner.password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/me/points");
});

test("a failing network is explained, with a way on", async ({ page }) => {
  await page.route("**/api/points**", (route) => route.abort(), { times: 1 });
  await page.goto("/ranking");
  await expect(page.getByRole("alert")).toContainText("can't be reached");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("table")).toBeVisible();
});
