import { randomInt } from "node:crypto";
import { formatMonth } from "../../src/lib/format/date";
import { apply, enterResult, expect, inDays, newRace, newRunner, test } from "../fixtures";

const two = (value: number) => String(value).padStart(2, "0");

test("lists races and shows them in the calendar", async ({ page, api, texts, language }) => {
  // Far in the future, because a stack that is reused has hundreds of upcoming races.
  const month = `20${randomInt(40, 99)}-${two(randomInt(1, 13))}`;
  const day = randomInt(1, 28);
  const race = await newRace(api, { held_on: `${month}-${two(day)}` });
  const later = await newRace(api, { held_on: `${month}-${two(day + 1)}` });
  await page.clock.setFixedTime(`${month}-${two(day)}T12:00:00+09:00`);
  // A page of the list has one race.
  await page.route("**/api/marathons?*", (route) =>
    route.continue({ url: route.request().url().replace("limit=50", "limit=1") }),
  );
  await page.goto("/");
  const listed = page.getByRole("link", { name: race.title });
  await expect(listed).toBeVisible();
  await expect(page.getByRole("link", { name: later.title })).toHaveCount(0);
  await page.getByRole("button", { name: texts.common.more, exact: true }).click();
  await expect(page.getByRole("link", { name: later.title })).toBeVisible();
  await listed.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(race.title);
  await expect(page).toHaveTitle(new RegExp(race.title));
  await expect(page.getByRole("main")).toBeFocused();

  await page.goBack();
  await page.getByRole("link", { name: texts.races.calendar, exact: true }).click();
  const next = page.getByRole("link", { name: texts.races.nextMonth, exact: true }).first();
  await expect(page.getByRole("heading", { level: 2 })).toHaveText(formatMonth(month, language));
  const inMonth = page.getByRole("listitem").filter({ hasText: race.title });
  await expect(inMonth).toBeVisible();
  await next.click();
  await expect(inMonth).toHaveCount(0);
  await page.getByRole("link", { name: texts.races.previousMonth, exact: true }).click();
  await inMonth.getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(race.title);
});

test("searches results by name and bib, shows a runner and the ranking", async ({ page, api, texts, openMenuLink }) => {
  const race = await newRace(api, { held_on: inDays(0) });
  for (const [name, bib, net_time] of [
    ["Kim Haneul", "K1", "0:48:25"],
    ["Lee Bada", "L2", "0:52:10"],
  ] as const) {
    await apply(api, race, await newRunner(api, name), bib);
    await enterResult(api, race, { bib, net_time });
  }
  await page.goto(`/races/${race.id}`);
  await page.getByRole("link", { name: texts.races.seeResults, exact: true }).click();
  await expect(page.getByRole("row")).toHaveCount(3);
  const search = page.getByLabel(texts.results.search, { exact: true });
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/api/")) asked.push(pathname);
  });
  await search.pressSequentially("lee");
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page).toHaveURL(/q=lee/);
  await expect(page).toHaveTitle(new RegExp(race.title));
  expect(new Set(asked), "requests while typing").toEqual(new Set([`/api/marathons/${race.id}/official-records`]));
  await search.fill("k1");
  await expect(page.getByRole("row", { name: /Kim Haneul/ })).toBeVisible();
  await expect(page.getByRole("row")).toHaveCount(2);
  await search.fill("");
  await expect(page.getByRole("row")).toHaveCount(3);
  await page.getByLabel(texts.results.gender, { exact: true }).selectOption(texts.common.gender.M);
  await expect(page.getByText(texts.results.noMatch, { exact: true })).toBeVisible();
  await page.getByRole("button", { name: texts.results.clear, exact: true }).click();
  await expect(page.getByRole("row")).toHaveCount(3);

  await page.getByRole("link", { name: "Kim Haneul" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Kim Haneul");
  await expect(page.getByText("48:25").first()).toBeVisible();
  await page.getByRole("link", { name: "Kim Haneul" }).click();
  await expect(page.getByRole("heading", { level: 2 })).toHaveText(texts.runner.history);
  await expect(page.getByRole("listitem").filter({ hasText: race.title })).toContainText("48:25");

  await openMenuLink(texts.ranking.heading);
  const first = page.getByRole("row").nth(1).getByRole("link");
  const name = (await first.textContent()) ?? "";
  await first.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
});

test("unknown paths show a page with a link to the races", async ({ page, texts }) => {
  for (const wrong of ["/nowhere", "/races/nonsense", "/races/a.b", "/wrong.html", "/runners/0", "/calendar/2026-13"]) {
    await page.goto(wrong);
    await page.getByRole("main").getByRole("link", { name: texts.common.toRaces, exact: true }).click();
    await expect(page).toHaveURL("/");
  }
});

test("a network error is explained and can be retried", async ({ page, texts }) => {
  await page.route("**/api/points**", (route) => route.abort(), { times: 1 });
  await page.goto("/ranking");
  await expect(page.getByRole("alert")).toContainText(texts.common.offline);
  await page.getByRole("button", { name: texts.common.retry, exact: true }).click();
  await expect(page.getByRole("table")).toBeVisible();
});
