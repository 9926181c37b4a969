import { apply, enterResult, expect, inDays, newRace, newRunner, test, typeLogin } from "../fixtures";

test("applies with a preferred bib, then cancels", async ({ page, api, texts, openMenuLink, expectInvalid }) => {
  const race = await newRace(api);
  await apply(api, race, await newRunner(api, "First"), "F7");
  await page.goto(`/races/${race.id}`);
  await page.getByRole("link", { name: texts.race.loginToApply, exact: true }).click();
  await typeLogin(page, texts, await newRunner(api, "Kim Haneul"));
  await expect(page).toHaveURL(`/races/${race.id}`);

  await page.getByRole("button", { name: texts.race.apply, exact: true }).click();
  const dialog = page.getByRole("dialog", { name: texts.race.applyHeading });
  const bib = dialog.getByLabel(texts.race.preferredBib);
  const submit = dialog.getByRole("button", { name: texts.race.apply, exact: true });
  await expect(dialog.getByLabel(texts.race.birthDate)).toHaveValue("1990-05-17");
  // An invalid bib, and one that is taken.
  for (const wrong of ["no spaces", "f7"]) {
    await bib.fill(wrong);
    await submit.click();
    await expectInvalid(bib);
    await expect(bib).toBeFocused();
  }
  await bib.fill("f8");
  await submit.click();
  await expect(page.getByRole("group", { name: texts.race.myEntry })).toContainText("F8");

  await openMenuLink(texts.myRaces.heading);
  await expect(page.getByRole("link", { name: race.title })).toBeVisible();
  await page.getByRole("button", { name: texts.race.cancel, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: texts.race.cancel, exact: true }).click();
  await expect(page.getByText(texts.myRaces.none, { exact: true })).toBeVisible();
});

test("joins the waitlist of a full race and moves up", async ({ page, api, texts, logIn }) => {
  const race = await newRace(api, { capacity: 1 });
  const first = await newRunner(api, "First");
  await apply(api, race, first);
  const second = await newRunner(api, "Second");
  await apply(api, race, second);
  await logIn(await newRunner(api, "Third"));
  await page.goto(`/races/${race.id}`);
  await page.getByRole("button", { name: texts.race.joinWaitlist, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: texts.race.joinWaitlist, exact: true }).click();
  const mine = page.getByRole("group", { name: texts.race.myEntry });
  await expect(mine).toContainText(texts.race.waitingStatus);
  await expect(mine).toContainText(texts.race.waitlistPlace("2"));
  await api("DELETE", `/marathons/${race.id}/players/me`, undefined, first.token);
  await page.goto("/me/races");
  await expect(mine).toContainText(texts.race.waitlistPlace("1"));
  await api("DELETE", `/marathons/${race.id}/players/me`, undefined, second.token);
  await page.reload();
  await expect(mine).toContainText(texts.race.entered);
});

test("adds, edits and deletes non-official records", async ({
  page,
  api,
  texts,
  openMenuLink,
  logIn,
  expectInvalid,
}) => {
  const { runs } = texts;
  await logIn(await newRunner(api, "Lee Bada"));
  await openMenuLink(runs.heading);
  await expect(page.getByText(runs.none, { exact: true })).toBeVisible();
  const dialog = page.getByRole("dialog");
  const time = dialog.getByLabel(runs.time, { exact: true });
  const save = dialog.getByRole("button", { name: texts.common.save, exact: true });
  const run = (title: string) => page.getByRole("listitem").filter({ hasText: title });

  for (const [title, day, typed] of [
    ["Han river", "2026-02-01", "5210"],
    ["Namsan", "2026-03-01", "0:50:00"],
  ] as const) {
    await page.getByRole("button", { name: runs.add, exact: true }).click();
    await dialog.getByLabel(runs.title, { exact: true }).fill(title);
    await dialog.getByLabel(runs.ranOn, { exact: true }).fill(day);
    await dialog.getByLabel(runs.distance, { exact: true }).fill("10");
    await time.fill(typed);
    await save.click();
    await expect(run(title)).toBeVisible();
  }
  await expect(run("Han river")).toContainText("52:10");
  const chart = page.getByRole("img", { name: runs.chartSummary("2", "5′13″", "5′00″", "5′00″") });
  await expect(chart.locator("canvas")).toBeVisible();

  await page.getByRole("button", { name: runs.editNamed("Namsan"), exact: true }).click();
  await time.fill("fast");
  await save.click();
  await expectInvalid(time);
  await time.fill("0:48:25");
  await save.click();
  await expect(run("Namsan")).toContainText("48:25");

  await page.getByRole("button", { name: runs.deleteNamed("Namsan"), exact: true }).click();
  await dialog.getByRole("button", { name: texts.common.delete, exact: true }).click();
  await expect(run("Namsan")).toHaveCount(0);
});

test("a draft survives a reload and an expired session", async ({ page, api, texts, logIn }) => {
  const { runs } = texts;
  const account = await newRunner(api, "Park Noeul");
  await logIn(account);
  await page.goto("/me/runs");
  const add = page.getByRole("button", { name: runs.add, exact: true });
  const dialog = page.getByRole("dialog", { name: runs.addHeading });
  const title = dialog.getByLabel(runs.title, { exact: true });
  const save = dialog.getByRole("button", { name: texts.common.save, exact: true });
  await add.click();
  await title.fill("Half typed");
  await page.reload();
  await add.click();
  await expect(title).toHaveValue("Half typed");

  await dialog.getByLabel(runs.distance, { exact: true }).fill("5");
  await dialog.getByLabel(runs.time, { exact: true }).fill("25:00");
  // Both tokens are invalid from here on.
  const refuse = { status: 401, contentType: "application/problem+json", body: "{}" };
  await page.route("**/api/users/refresh", (route) => route.fulfill(refuse));
  await page.route("**/api/users/me/non-official-records", (route) => route.fulfill(refuse), { times: 1 });
  await save.click();
  const login = page.getByRole("dialog", { name: texts.account.expired });
  await typeLogin(login, texts, account);
  await expect(login).toBeHidden();
  await expect(title).toHaveValue("Half typed");
  await save.click();
  await expect(page.getByRole("listitem").filter({ hasText: "Half typed" })).toBeVisible();
});

test("the ledger shows points of a result and an adjustment", async ({ page, api, texts, openMenuLink, logIn }) => {
  const race = await newRace(api, { held_on: inDays(0) });
  const account = await newRunner(api, "Choi Sol");
  await apply(api, race, account, "C1");
  await enterResult(api, race, { bib: "C1", net_time: "0:48:25" });
  const adjustment = { bib: "C1", point: -3, reason: "Cut a corner" };
  await api("POST", `/marathons/${race.id}/points`, adjustment, race.organizer.token);
  await logIn(account);
  const line = (text: string) => page.getByRole("row").filter({ hasText: race.title }).filter({ hasText: text });
  await expect(async () => {
    await page.goto("/me/points");
    await expect(line(texts.points.award)).toContainText("+10", { timeout: 3_000 });
    await expect(line("Cut a corner")).toContainText("-3", { timeout: 1_000 });
  }).toPass({ timeout: 45_000 });
  await expect(page.getByText(texts.points.total, { exact: true }).locator("..")).toContainText("7");
  await line(texts.points.award).getByRole("link").click();
  await expect(page.getByRole("main")).toContainText("48:25");
  await openMenuLink(texts.ranking.heading);
  await expect(page.getByRole("table")).toBeVisible();
});
