import { en } from "../../src/lib/i18n/en";
import { ko } from "../../src/lib/i18n/ko";
import { expect, inDays, newRace, test } from "../fixtures";

test("changing the language changes all texts and is remembered", async ({ page, api }) => {
  const race = await newRace(api, { held_on: inDays(0) });
  await page.goto(`/races/${race.id}/results`);
  await expect(page).toHaveTitle(`${en.results.heading}: ${race.title} · mrmrthon`);
  await page.getByRole("button", { name: "한국어" }).click();
  await expect(page).toHaveTitle(`${ko.results.heading}: ${race.title} · mrmrthon`);
  await expect(page.locator("html")).toHaveAttribute("lang", "ko");
  await expect(page.getByText(ko.results.none, { exact: true })).toBeVisible();
  await page.getByRole("link", { name: race.title }).click();
  await expect(page).toHaveTitle(`${race.title} · mrmrthon`);
  await page.reload();
  await expect(page.getByRole("link", { name: ko.account.login, exact: true })).toBeVisible();
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("link", { name: en.account.login, exact: true })).toBeVisible();
  await expect(page).toHaveTitle(`${race.title} · mrmrthon`);
});

test("a chosen theme overrides the system theme and is remembered", async ({ page, texts }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/login");
  const ground = () => page.locator("html").evaluate((html) => getComputedStyle(html).backgroundColor);
  const dark = await ground();
  const choose = (name: string) => page.getByRole("button", { name, exact: true });
  await choose(texts.common.themeLight).click();
  await expect.poll(ground).not.toBe(dark);
  await page.reload();
  await expect(choose(texts.common.themeLight)).toHaveAttribute("aria-pressed", "true");
  expect(await ground()).not.toBe(dark);
  await choose(texts.common.themeAuto).click();
  await expect.poll(ground).toBe(dark);
});
