import { readFile } from "node:fs/promises";
import type { components } from "../../src/lib/api/schema.gen";
import { newRaceToday } from "../finish-line-page";
import { enterResult, expect, newRace, test, typeLogin, type Api, type Race } from "../fixtures";
import { ResultsFilePage } from "../results-file-page";

type Record = components["schemas"]["PlacedOfficialRecord"];

const recordsOf = async (api: Api, race: Race) => {
  const { items } = await api<{ items: Record[] }>("GET", `/marathons/${race.id}/official-records?limit=50`);
  return new Map(items.map((each) => [each.bib, [each.status, each.net_time, each.revision]]));
};

test("imports a results file despite network failures, then the same file again", async ({
  page,
  api,
  texts,
  logIn,
}) => {
  test.setTimeout(120_000);
  const { resultsFile } = texts;
  const race = await newRaceToday(api, ["Kim Haneul", "Lee Bada", "Park Noeul", "Choi Sol", "Jung Byeol"]);
  await enterResult(api, race, { bib: "2", net_time: "3:06:00" });
  await enterResult(api, race, { bib: "3", net_time: "3:07:01" });
  await logIn(race.organizer);
  const file = new ResultsFilePage(page, texts);
  await file.open(race);
  const text =
    "배번,이름,기록\n1,김하늘,30510.5\n2,이바다,3:06:00\n3,박노을,3:07:00\n4,최솔,DNF\n99,,3:08:00\n5,정별,fast\n";
  await file.choose(text);
  await file.expectCounts({ added: 2, unchanged: 1, changed: 1, skipped: 2 });
  const { skippedKinds, reasons } = resultsFile;
  await expect(file.skipped).toContainText(`${skippedKinds.unknown("1")} · ${skippedKinds.unreadable("1")}`);
  await expect(file.row("99")).toContainText(reasons.unknownBib);
  await expect(file.row("fast")).toContainText(reasons.timeUnreadable);
  await expect(file.row("3:07:01")).toContainText("3:07:00");
  const saving = page.waitForEvent("download");
  await file.skipped.getByRole("button", { name: texts.participants.download, exact: true }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe(resultsFile.skippedFileName(race.title));
  expect(await readFile(await saved.path(), "utf8")).toContain(`6,99,3:08:00,`);

  // One request fails without a network, and the response to another is lost.
  let posts = 0;
  await page.route("**/official-records", async (route) => {
    posts += 1;
    if (posts === 1) return route.abort("internetdisconnected");
    if (posts === 2) {
      await enterResult(api, race, route.request().postDataJSON() as object);
      return route.abort("connectionreset");
    }
    return route.continue();
  });
  await file.submit(2);
  await file.expectDone({ entered: 2, unchanged: 1, changed: 1, skipped: 2 });
  expect(await recordsOf(api, race)).toEqual(
    new Map([
      ["1", ["finished", "3:05:10.500", 1]],
      ["2", ["finished", "3:06:00", 1]],
      ["3", ["finished", "3:07:01", 1]],
      ["4", ["dnf", null, 1]],
    ]),
  );

  await file.chooseAnother();
  await file.choose(text);
  await file.expectCounts({ added: 0, unchanged: 3, changed: 1, skipped: 2 });
  await expect(page.getByText(resultsFile.nothingToEnter, { exact: true })).toBeVisible();
  await page.getByRole("checkbox", { name: resultsFile.correctChanged("1"), exact: true }).check();
  await file.submit(1);
  await file.expectDone({ entered: 0, corrected: 1, unchanged: 3, skipped: 2 });
  expect(await api("GET", `/marathons/${race.id}/official-records/3`)).toMatchObject({
    net_time: "3:07:00",
    revision: 2,
  });

  await file.chooseAnother();
  await file.choose(text);
  await file.expectCounts({ added: 0, unchanged: 4, changed: 0, skipped: 2 });
  await page.getByRole("main").getByRole("link", { name: resultsFile.toProgress, exact: true }).click();
  await expect(page.getByText(texts.progress.ofRecords("4"), { exact: true }).first()).toBeVisible();
});

test("an import can be paused, asks before leaving, and waits for a login", async ({ page, api, texts, logIn }) => {
  test.setTimeout(120_000);
  const { resultsFile } = texts;
  const race = await newRaceToday(api, ["Kim Haneul", "Lee Bada"]);
  await logIn(race.organizer);
  const file = new ResultsFilePage(page, texts);
  await file.open(race);
  const away = page.getByRole("link", { name: texts.organizer.participants, exact: true });
  await away.click();
  await page.getByRole("link", { name: texts.organizer.resultsFile, exact: true }).click();
  await file.choose("bib;net;gun\n1;3:05:10;3:06:00\n2;3:07:00;3:07:50\n");
  const refuse = { status: 401, contentType: "application/problem+json", body: "{}" };
  await page.route("**/official-records", (route) => route.abort("internetdisconnected"));
  await file.submit(2);
  await expect(page.getByRole("status").getByText(resultsFile.waiting, { exact: true })).toBeVisible();
  await expect(page.getByRole("progressbar")).toHaveAttribute("value", "0");
  await page.getByRole("button", { name: resultsFile.pause, exact: true }).click();
  await expect(page.getByRole("status").getByText(resultsFile.paused, { exact: true })).toBeVisible();

  // The organizer declines to leave, by link and by the back button.
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  await away.click();
  await expect.poll(() => asked).toEqual([resultsFile.confirmLeave]);
  await page.evaluate(() => history.back());
  await expect.poll(() => asked).toEqual([resultsFile.confirmLeave, resultsFile.confirmLeave]);
  await expect(page).toHaveURL(`/organizer/races/${race.id}/file`);

  await page.unroute("**/official-records");
  await page.route("**/api/users/refresh", (route) => route.fulfill(refuse));
  await page.route("**/official-records", (route) => route.fulfill(refuse), { times: 2 });
  await page.getByRole("button", { name: resultsFile.resume, exact: true }).click();
  await typeLogin(page.getByRole("dialog", { name: texts.account.expired }), texts, race.organizer);
  await file.expectDone({ entered: 2 });
});

test("explains what is wrong with an unusable file", async ({ page, api, texts, logIn }) => {
  const { resultsFile } = texts;
  const race = await newRaceToday(api, ["Kim Haneul"]);
  await logIn(race.organizer);
  const file = new ResultsFilePage(page, texts);
  await file.open(race);
  await file.choose("name,place\nKim Haneul,1\n");
  await expect(page.getByRole("alert")).toHaveText(resultsFile.problems.columns("name, place"));
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: resultsFile.template, exact: true }).click();
  const head = await readFile(await (await saving).path(), "utf8");
  await file.choose(`${head}1,3:05:10,,\r\n`);
  await file.expectCounts({ added: 1, unchanged: 0, changed: 0, skipped: 0 });
  const dropped = await page.evaluateHandle(() => {
    const files = new DataTransfer();
    files.items.add(new File(["PK\u0003\u0004"], "results.xlsx"));
    return files;
  });
  await page.dispatchEvent("main", "drop", { dataTransfer: dropped });
  await expect(page.getByRole("alert")).toHaveText(resultsFile.problems.workbook());
  await expect(page.getByText(resultsFile.added, { exact: true })).toHaveCount(0);

  // The race fails to load once, then loads.
  await page.route("**/players?*", (route) => route.abort("internetdisconnected"), { times: 1 });
  await file.choose("bib,net\n1,3:05:10\n");
  await page.getByRole("button", { name: texts.common.retry, exact: true }).click();
  await file.expectCounts({ added: 1, unchanged: 0, changed: 0, skipped: 0 });

  const ahead = await newRace(api, {}, race.organizer);
  await page.goto(`/organizer/races/${ahead.id}/file`);
  await expect(page.getByText(resultsFile.heading, { exact: true }).last()).toBeVisible();
  await expect(page.locator("input[type=file]")).toHaveCount(0);
});
