import type { components } from "../../src/lib/api/schema.gen";
import { FinishLinePage, newRaceToday } from "../finish-line-page";
import { enterResult, expect, test, typeLogin } from "../fixtures";

test("enters results by keyboard while offline and after a reload, each once and in order", async ({
  page,
  context,
  api,
  texts,
  openMenuLink,
  logIn,
}) => {
  test.setTimeout(120_000);
  const { finish } = texts;
  const race = await newRaceToday(api, ["Kim Haneul", "Lee Bada", "Park Noeul", "Choi Sol", "Jung Byeol"]);
  await logIn(race.organizer);
  const line = new FinishLinePage(page, texts);
  await line.open(race);
  await line.enterByKeyboard("1", "Kim Haneul", "30510");
  await expect(line.row("Kim Haneul")).toContainText("3:05:10");
  await expect(line.row("Kim Haneul")).toContainText(finish.saved);
  // Wait until the files for opening the page offline are cached.
  await page.waitForFunction(async () => {
    const cache = await caches.open("mrmrthon-1");
    return (await cache.keys()).filter(({ url }) => url.includes("/assets/")).length > 5;
  });

  await context.setOffline(true);
  await line.enterByKeyboard("3", "Park Noeul", "3 06 00.25");
  await line.enterByKeyboard("2", "Lee Bada", "3:07:00");
  await expect(line.row("Lee Bada")).toContainText(finish.waiting);
  await expect(line.status(finish.offline)).toBeVisible();
  await expect(line.status(finish.waitingCount("2"))).toBeVisible();
  await page.reload();
  await expect(line.status(finish.waitingCount("2"))).toBeVisible();
  await line.enterByKeyboard("4", "Choi Sol", "d");
  await expect(line.row("Choi Sol")).toContainText("DNF");
  await expect(line.status(finish.waitingCount("3"))).toBeVisible();

  let sent = 0;
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/official-records")) sent += 1;
  });
  await context.setOffline(false);
  await expect(line.status(finish.allSent)).toBeVisible({ timeout: 45_000 });
  await expect(line.status(finish.online)).toBeVisible();
  expect(sent).toBe(3);
  await expect(line.row("Lee Bada")).toContainText(finish.saved);
  const { items } = await api<{ items: components["schemas"]["PlacedOfficialRecord"][] }>(
    "GET",
    `/marathons/${race.id}/official-records?limit=50`,
  );
  // UUIDv7 ids sort by creation time.
  const inOrder = items.toSorted((a, b) => a.record_id.localeCompare(b.record_id)).map(({ bib }) => bib);
  expect(inOrder).toEqual(["1", "3", "2", "4"]);
  expect(items.map(({ bib, status, net_time, revision }) => [bib, status, net_time, revision])).toEqual([
    ["1", "finished", "3:05:10", 1],
    ["3", "finished", "3:06:00.250", 1],
    ["2", "finished", "3:07:00", 1],
    ["4", "dnf", null, 1],
  ]);
  await openMenuLink(texts.organizer.heading);
});

test("enters DNF, DNS and DSQ, warns of wrong bibs, corrects and deletes results", async ({
  page,
  api,
  texts,
  logIn,
  expectInvalid,
}) => {
  const { finish } = texts;
  const race = await newRaceToday(api, ["Kim Haneul", "Lee Bada", "Park Noeul", "Choi Sol"]);
  await logIn(race.organizer);
  const line = new FinishLinePage(page, texts);
  await line.open(race);
  for (const [bib, name, letter, status] of [
    ["1", "Kim Haneul", "d", "DNF"],
    ["2", "Lee Bada", "n", "DNS"],
    ["3", "Park Noeul", "q", "DSQ"],
  ] as const) {
    await line.enterByKeyboard(bib, name, letter);
    await expect(line.row(name)).toContainText(status);
    await expect(line.row(name)).toContainText(finish.saved);
  }
  await line.bib.fill("4");
  await page.getByRole("group", { name: finish.statusButtons }).getByRole("button", { name: "DNS" }).click();
  await expect(line.row("Choi Sol")).toContainText("DNS");
  await expect(line.row("Choi Sol")).toContainText(finish.saved);

  // An unknown bib, and one that has a result.
  await line.bib.fill("99");
  await line.bib.press("Enter");
  await expect(page.getByRole("alert")).toHaveText(finish.bibUnknown("99"));
  await line.bib.fill("2");
  await line.bib.press("Enter");
  await expect(page.getByRole("alert")).toHaveText(finish.hasRecord("2", "DNS"));
  await line.bib.press("Enter");
  const dialog = page.getByRole("dialog", { name: finish.correctHeading("2") });
  const time = dialog.getByLabel(finish.netTime);
  const save = page.getByRole("dialog").getByRole("button", { name: texts.common.save, exact: true });
  await dialog.getByRole("radio", { name: finish.statuses.finished, exact: true }).check();
  await time.fill("fast");
  await save.click();
  await expectInvalid(time);
  await time.fill("30659");
  await save.click();
  await expect(line.row("Lee Bada")).toContainText("3:06:59");
  await expect(line.bib).toBeFocused();

  const correct = (bib: string, name: string) =>
    page.getByRole("button", { name: finish.correctNamed(bib, name), exact: true });
  await correct("1", "Kim Haneul").click();
  await page.getByRole("dialog").getByRole("radio", { name: "DSQ", exact: true }).check();
  await save.click();
  await expect(line.row("Kim Haneul")).toContainText("DSQ");
  await correct("4", "Choi Sol").click();
  await page.getByRole("button", { name: finish.deleteResult, exact: true }).click();
  await page.getByRole("button", { name: finish.confirmDelete, exact: true }).click();
  await expect(line.row("Choi Sol")).toHaveCount(0);
});

test("a lost response enters nothing twice, and a conflicting result is shown", async ({ page, api, texts, logIn }) => {
  const { finish } = texts;
  const race = await newRaceToday(api, ["Kim Haneul", "Lee Bada"]);
  await logIn(race.organizer);
  const line = new FinishLinePage(page, texts);
  await line.open(race);
  // The first request reaches the API, but its response is lost.
  await page.route(
    "**/official-records",
    async (route) => {
      await enterResult(api, race, route.request().postDataJSON() as object);
      await route.abort("connectionreset");
    },
    { times: 1 },
  );
  await line.enterByKeyboard("1", "Kim Haneul", "30510");
  await expect(line.row("Kim Haneul")).toContainText(finish.saved);
  await expect(line.status(finish.allSent)).toBeVisible();

  // Somebody else enters another time first.
  await enterResult(api, race, { bib: "2", net_time: "3:10:00" });
  await line.enterByKeyboard("2", "Lee Bada", "31001");
  await expect(page.getByText(finish.conflict("3:10:00", "3:10:01"), { exact: true })).toBeVisible();
  await expect(line.status(finish.toReview("1"))).toBeVisible();
  await page.getByRole("button", { name: finish.useTyped, exact: true }).click();
  await expect(line.row("Lee Bada")).toContainText("3:10:01");
  await expect(line.row("Lee Bada")).toContainText(finish.saved);
  await expect(line.status(finish.toReview("1"))).toHaveCount(0);
});

test("entries wait for a login when the session expires", async ({ page, api, texts, logIn }) => {
  const race = await newRaceToday(api, ["Kim Haneul"]);
  await logIn(race.organizer);
  const line = new FinishLinePage(page, texts);
  await line.open(race);
  const refuse = { status: 401, contentType: "application/problem+json", body: "{}" };
  await page.route("**/api/users/refresh", (route) => route.fulfill(refuse));
  await page.route("**/official-records", (route) => route.fulfill(refuse), { times: 1 });
  await line.enterByKeyboard("1", "Kim Haneul", "30510");
  await typeLogin(page.getByRole("dialog", { name: texts.account.expired }), texts, race.organizer);
  await expect(line.row("Kim Haneul")).toContainText(texts.finish.saved);
});
