import { FinishLinePage, newRaceToday } from "../finish-line-page";
import { enterResult, newOrganizer } from "../fixtures";
import { ResultsFilePage } from "../results-file-page";
import { expect, test } from "./sample-data";

test("organizer", async ({ page, context, api, texts, sample, checkPage, checkPath, checkDialog, logIn }) => {
  test.setTimeout(240_000);
  const { organizer, held, bare, open, full } = sample;
  const main = page.getByRole("main");
  const button = (name: string) => page.getByRole("button", { name, exact: true });

  // A new organizer.
  await logIn(await newOrganizer(api));
  await checkPath("/organizer", "races-none");
  await checkPath("/organizer/new", "race-new");
  await main.locator("[type=submit]").click();
  await expect(page.locator("[aria-invalid=true]").first()).toBeVisible();
  await checkPage("race-new-refused");
  await checkPath(`/organizer/races/${held.id}`, "race-not-yours");
  await checkPath(`/races/${open.id}`, "race-public");
  await checkPath("/me/runs", "not-allowed");
  await button(texts.account.logout).click();
  await expect(page).toHaveURL("/");

  await logIn(organizer);
  const at = ({ id }: { id: string }, part = "") => `/organizer/races/${id}${part}`;
  await checkPath("/organizer", "races");
  await checkPath(`/races/${held.id}`, "race-own");
  await checkPath(at(bare), "progress-none");
  await checkPath(at(held), "progress", page.getByText(texts.progress.allAwarded, { exact: true }));
  await checkPath(at(open, "/edit"), "edit");
  await checkDialog(button(texts.raceForm.delete), "race-delete");
  await checkPath(at(bare, "/participants"), "participants-none");
  await checkPath(at(full, "/participants"), "participants-waiting");
  await checkPath(at(held, "/participants"), "participants");
  await checkDialog(main.getByRole("row").getByRole("button").first(), "participant-remove");
  await checkPath(at(held, "/participants?q=zzz"), "participants-nobody");
  await checkPath(at(bare, "/adjustments"), "adjustments");
  await button(texts.adjust.submit).click();
  await expect(page.locator("[aria-invalid=true]").first()).toBeVisible();
  await checkPage("adjustments-refused");

  await checkPath(at(open, "/finish"), "finish-not-today");
  // A separate race, because this one gets results.
  const race = await newRaceToday(
    api,
    ["김하늘", "Alexandra Featherstonehaugh", "이바다", "박노을"],
    { title: `${bare.title} 2` },
    organizer,
  );
  const line = new FinishLinePage(page, texts);
  await line.open(race);
  await checkPage("finish-none");
  await line.enterByKeyboard("1", "김하늘", "30510");
  await expect(line.row("김하늘")).toContainText(texts.finish.saved);
  await checkPage("finish");
  await checkDialog(button(texts.finish.correctNamed("1", "김하늘")), "finish-correct");
  await line.bib.fill("99");
  await line.bib.press("Enter");
  await expect(page.getByRole("alert")).toBeVisible();
  await checkPage("finish-unknown-bib");
  await line.bib.fill("");
  await enterResult(api, race, { bib: "2", net_time: "3:10:00" });
  await line.enterByKeyboard("2", "Alexandra Featherstonehaugh", "31001");
  await expect(button(texts.finish.useTyped)).toBeVisible();
  await checkPage("finish-look-at");
  await context.setOffline(true);
  await line.enterByKeyboard("3", "이바다", "31230");
  await expect(line.row("이바다")).toContainText(texts.finish.waiting);
  // The next result is partly typed.
  await line.bib.fill("4");
  await line.bib.press("Enter");
  await page.keyboard.type("31544");
  await checkPage("finish-offline");
  await checkDialog(button(texts.finish.correctNamed("3", "이바다")), "finish-correct-waiting");
  await context.setOffline(false);
  await expect(line.row("이바다")).toContainText(texts.finish.saved, { timeout: 45_000 });

  await checkPath(at(open, "/file"), "file-not-today");
  const file = new ResultsFilePage(page, texts);
  await file.open(race);
  await checkPage("file");
  await file.choose("name,place\n김하늘,1\n");
  await expect(page.getByRole("alert")).toBeVisible();
  await checkPage("file-refused");
  const { bib, netTime, gunTime } = texts.finish;
  await file.choose(
    `${bib},이름,${netTime},${gunTime}\n1,김하늘,3:05:10,\n2,,3:10:02.35,3:10:59\n4,박노을,3:11:40,3:12:08\n4A,,3:12:00,\n5,,빠름,\n6,,DNF,\n6,,DNS,\n`,
  );
  await file.expectCounts({ added: 1, unchanged: 1, changed: 1, skipped: 4 });
  await checkPage("file-planned");
  await page.route("**/official-records", (route) => route.abort("internetdisconnected"));
  await file.submit(1);
  await expect(page.getByText(texts.resultsFile.waiting, { exact: true })).toBeVisible();
  await checkPage("file-waiting");
  await page.unroute("**/official-records");
  await button(texts.finish.sendNow).click();
  await file.expectDone({ entered: 1, unchanged: 1, changed: 1, skipped: 4 });
  await checkPage("file-done");
  await file.chooseAnother();
  await file.choose(`${bib},${netTime}\n4,3:11:40\n`);
  await file.expectCounts({ added: 0, unchanged: 1, changed: 0, skipped: 0 });
  await checkPage("file-nothing");

  await page.goto(at(race, "/adjustments"));
  await page.getByLabel(texts.adjust.bib, { exact: true }).fill("1");
  await page.getByLabel(texts.adjust.point, { exact: true }).fill("5");
  await page.getByLabel(texts.adjust.reason, { exact: true }).fill("…");
  await button(texts.adjust.submit).click();
  await expect(page.getByText(texts.adjust.recent, { exact: true })).toBeVisible();
  await checkPage("adjustments-accepted");
});
