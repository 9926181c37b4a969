import { FinishLine, raceDay } from "../finish";
import { ResultsFile } from "../results-file";
import { enter, newOrganizer } from "../site";
import { expect, test } from "./town";

test("organizer", async ({ page, context, api, words, town, look, visit, ask, logIn }) => {
  test.setTimeout(240_000);
  const { organizer, held, bare, open, full } = town;
  const main = page.getByRole("main");
  const button = (name: string) => page.getByRole("button", { name, exact: true });

  // A new organizer.
  await logIn(await newOrganizer(api));
  await visit("/organizer", "races-none");
  await visit("/organizer/new", "race-new");
  await main.locator("[type=submit]").click();
  await expect(page.locator("[aria-invalid=true]").first()).toBeVisible();
  await look("race-new-refused");
  await visit(`/organizer/races/${held.id}`, "race-not-yours");
  await visit(`/races/${open.id}`, "race-public");
  await visit("/me/runs", "not-allowed");
  await button(words.account.logout).click();
  await expect(page).toHaveURL("/");

  await logIn(organizer);
  const at = ({ id }: { id: string }, part = "") => `/organizer/races/${id}${part}`;
  await visit("/organizer", "races");
  await visit(`/races/${held.id}`, "race-own");
  await visit(at(bare), "progress-none");
  await visit(at(held), "progress", page.getByText(words.progress.allGiven, { exact: true }));
  await visit(at(open, "/edit"), "edit");
  await ask(button(words.raceForm.delete), "race-delete");
  await visit(at(bare, "/participants"), "participants-none");
  await visit(at(full, "/participants"), "participants-waiting");
  await visit(at(held, "/participants"), "participants");
  await ask(main.getByRole("row").getByRole("button").first(), "participant-remove");
  await visit(at(held, "/participants?q=zzz"), "participants-nobody");
  await visit(at(bare, "/adjustments"), "adjustments");
  await button(words.adjust.submit).click();
  await expect(page.locator("[aria-invalid=true]").first()).toBeVisible();
  await look("adjustments-refused");

  await visit(at(open, "/finish"), "finish-not-today");
  // A separate race, because this one gets results.
  const race = await raceDay(
    api,
    ["김하늘", "Alexandra Featherstonehaugh", "이바다", "박노을"],
    { title: `${bare.title} 2` },
    organizer,
  );
  const line = new FinishLine(page, words);
  await line.open(race);
  await look("finish-none");
  await line.type("1", "김하늘", "30510");
  await expect(line.row("김하늘")).toContainText(words.finish.saved);
  await look("finish");
  await ask(button(words.finish.correctNamed("1", "김하늘")), "finish-correct");
  await line.bib.fill("99");
  await line.bib.press("Enter");
  await expect(page.getByRole("alert")).toBeVisible();
  await look("finish-unknown-bib");
  await line.bib.fill("");
  await enter(api, race, { bib: "2", net_time: "3:10:00" });
  await line.type("2", "Alexandra Featherstonehaugh", "31001");
  await expect(button(words.finish.useMine)).toBeVisible();
  await look("finish-look-at");
  await context.setOffline(true);
  await line.type("3", "이바다", "31230");
  await expect(line.row("이바다")).toContainText(words.finish.waiting);
  // The next result is partly typed.
  await line.bib.fill("4");
  await line.bib.press("Enter");
  await page.keyboard.type("31544");
  await look("finish-offline");
  await ask(button(words.finish.correctNamed("3", "이바다")), "finish-correct-waiting");
  await context.setOffline(false);
  await expect(line.row("이바다")).toContainText(words.finish.saved, { timeout: 45_000 });

  await visit(at(open, "/file"), "file-not-today");
  const file = new ResultsFile(page, words);
  await file.open(race);
  await look("file");
  await file.choose("name,place\n김하늘,1\n");
  await expect(page.getByRole("alert")).toBeVisible();
  await look("file-refused");
  const { bib, netTime, gunTime } = words.finish;
  await file.choose(
    `${bib},이름,${netTime},${gunTime}\n1,김하늘,3:05:10,\n2,,3:10:02.35,3:10:59\n4,박노을,3:11:40,3:12:08\n4A,,3:12:00,\n5,,빠름,\n6,,DNF,\n6,,DNS,\n`,
  );
  await file.counts({ fresh: 1, same: 1, other: 1, troubles: 4 });
  await look("file-planned");
  await page.route("**/official-records", (route) => route.abort("internetdisconnected"));
  await file.enter(1);
  await expect(page.getByText(words.resultsFile.waiting, { exact: true })).toBeVisible();
  await look("file-waiting");
  await page.unroute("**/official-records");
  await button(words.finish.sendNow).click();
  await file.done({ entered: 1, same: 1, other: 1, troubles: 4 });
  await look("file-done");
  await file.another();
  await file.choose(`${bib},${netTime}\n4,3:11:40\n`);
  await file.counts({ fresh: 0, same: 1, other: 0, troubles: 0 });
  await look("file-nothing");

  await page.goto(at(race, "/adjustments"));
  await page.getByLabel(words.adjust.bib, { exact: true }).fill("1");
  await page.getByLabel(words.adjust.point, { exact: true }).fill("5");
  await page.getByLabel(words.adjust.reason, { exact: true }).fill("…");
  await button(words.adjust.submit).click();
  await expect(page.getByText(words.adjust.list, { exact: true })).toBeVisible();
  await look("adjustments-accepted");
});
