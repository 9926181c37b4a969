import { readFile } from "node:fs/promises";
import {
  addRunners,
  apply,
  enterResult,
  expect,
  inDays,
  newOrganizer,
  newRace,
  newRunner,
  test,
  uniqueName,
} from "../fixtures";

test("creates a race after fixing invalid fields, edits it, deletes it", async ({
  page,
  api,
  texts,
  logIn,
  expectInvalid,
}) => {
  const { organizer, raceForm } = texts;
  await logIn(await newOrganizer(api));
  await expect(page.getByText(organizer.none, { exact: true })).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: organizer.create, exact: true }).first().click();
  const create = page.getByRole("button", { name: raceForm.create, exact: true });
  const name = page.getByLabel(raceForm.title, { exact: true });
  const heldOn = page.getByLabel(raceForm.heldOn, { exact: true });
  // Other labels start with this word, too.
  const startsAt = page.getByLabel(new RegExp(`^${raceForm.startsAt}\\s*${texts.common.optional}$`));
  const location = page.getByLabel(raceForm.location, { exact: true });
  const capacity = page.getByLabel(raceForm.capacity);
  await create.click();
  await expectInvalid(name);
  await expectInvalid(heldOn);
  await expect(name).toBeFocused();

  const title = uniqueName("Spring race");
  await name.fill(title);
  await heldOn.fill(inDays(30));
  await startsAt.fill("08:00");
  await location.fill("Seoul");
  await page.getByLabel(raceForm.distance, { exact: true }).fill("21.0975");
  await capacity.fill("0");
  await create.click();
  await expectInvalid(capacity);
  await capacity.fill("100");
  await create.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);

  const edit = page.getByRole("link", { name: organizer.edit, exact: true });
  await edit.click();
  await expect(startsAt).toHaveValue("08:00");
  await location.fill("Busan");
  await page.getByRole("button", { name: texts.common.save, exact: true }).click();
  await expect(page.getByText("Busan")).toBeVisible();

  await edit.click();
  await page.getByRole("button", { name: raceForm.delete, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: raceForm.delete, exact: true }).click();
  await expect(page).toHaveURL("/organizer");
  await expect(page.getByText(organizer.none, { exact: true })).toBeVisible();
});

test("a race with participants cannot be deleted", async ({ page, api, texts, language, logIn }) => {
  const race = await newRace(api);
  await apply(api, race, await newRunner(api, "Kim Haneul"));
  await logIn(race.organizer);
  await page.goto(`/organizer/races/${race.id}/edit`);
  await page.getByRole("button", { name: texts.raceForm.delete, exact: true }).click();
  const dialog = page.getByRole("dialog", { name: texts.raceForm.deleteHeading });
  await dialog.getByRole("button", { name: texts.raceForm.delete, exact: true }).click();
  await expect(dialog.getByRole("alert")).toBeFocused();
  if (language === "ko") await expect(dialog.getByRole("alert")).toHaveText(/[가-힣]/);
});

test("searches participants, downloads them as CSV, removes one", async ({ page, api, texts, logIn }) => {
  const { participants } = texts;
  const race = await newRace(api, { held_on: inDays(0) });
  await addRunners(api, race, ["Kim Haneul", "Lee Bada", '=HYPERLINK("x")']);
  await logIn(race.organizer);
  await page.goto(`/organizer/races/${race.id}/participants`);
  await expect(page.getByRole("row")).toHaveCount(4);
  const search = page.getByLabel(participants.search, { exact: true });
  await search.pressSequentially("bada");
  await expect(page.getByRole("row")).toHaveCount(2);
  await search.fill("");
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: participants.download, exact: true }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toBe(participants.fileName(race.title));
  const lines = (await readFile(await file.path(), "utf8")).split("\r\n");
  expect(lines[0]).toBe(
    `\uFEFF${[
      participants.bib,
      participants.name,
      participants.gender,
      participants.division,
      participants.status,
      participants.appliedAt,
      participants.userId,
    ].join(",")}`,
  );
  expect(lines[1]).toContain(`1,Kim Haneul,${texts.common.gender.F},`);
  expect(lines[3]).toContain(`3,"'=HYPERLINK(""x"")"`);

  await page.getByRole("button", { name: participants.removeNamed("Lee Bada"), exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: participants.remove, exact: true }).click();
  await expect(page.getByRole("row")).toHaveCount(3);
});

test("shows the progress of results and points", async ({ page, api, texts, logIn }) => {
  const { progress } = texts;
  const race = await newRace(api, { held_on: inDays(0) });
  await addRunners(api, race, ["Kim Haneul", "Lee Bada", "Park Noeul"]);
  await enterResult(api, race, { bib: "1", net_time: "0:48:25" });
  await enterResult(api, race, { bib: "2", status: "dnf" });
  await logIn(race.organizer);
  await page.goto("/organizer");
  await page.getByRole("link", { name: race.title, exact: true }).click();
  await expect(page.getByText(progress.ofRecords("2"), { exact: true }).first()).toBeVisible();
  const arrived = page.getByRole("status").getByText(progress.allAwarded, { exact: true });
  await expect(arrived).toBeVisible({ timeout: 45_000 });
  await expect(page.getByText(progress.awardedOf("1", "1"), { exact: true })).toBeVisible();

  // Results are entered elsewhere while the page is open.
  await enterResult(api, race, { bib: "3", net_time: "0:51:02" });
  const adjustment = { bib: "1", point: 5, reason: "Best costume" };
  await api("POST", `/marathons/${race.id}/points`, adjustment, race.organizer.token);
  await expect(page.getByText(progress.awardedOf("2", "2"), { exact: true })).toBeVisible({ timeout: 45_000 });
  await expect(page.getByText(progress.pointsOf("20", "20"), { exact: true })).toBeVisible();
  await expect(page.getByText(progress.adjusted("1", "+5"), { exact: true })).toBeVisible({ timeout: 45_000 });
  await expect(arrived).toBeVisible();
});

test("adjusts points and shows when they are added", async ({ page, api, texts, logIn, expectInvalid }) => {
  const { adjust } = texts;
  const race = await newRace(api, { held_on: inDays(0) });
  await addRunners(api, race, ["Kim Haneul"]);
  await logIn(race.organizer);
  await page.goto(`/organizer/races/${race.id}/adjustments`);
  const point = page.getByLabel(adjust.point, { exact: true });
  const reason = page.getByLabel(adjust.reason, { exact: true });
  const submit = page.getByRole("button", { name: adjust.submit, exact: true });
  await page.getByLabel(adjust.bib, { exact: true }).fill("1");
  await expect(page.getByText("Kim Haneul")).toBeVisible();
  await point.fill("0");
  await submit.click();
  await expectInvalid(point);
  await expectInvalid(reason);
  await point.fill("5");
  await reason.fill("Best costume");
  await submit.click();
  await expect(page.getByRole("listitem").filter({ hasText: "Best costume" })).toContainText("+5");
  await expect(page.getByText(adjust.arrived("5"))).toBeVisible({ timeout: 45_000 });
});

test("another organizer's race links back to the organizer's own races", async ({ page, api, texts, logIn }) => {
  const race = await newRace(api);
  await logIn(await newOrganizer(api));
  await page.goto(`/organizer/races/${race.id}`);
  await page.getByRole("link", { name: texts.organizer.toMyRaces, exact: true }).click();
  await expect(page).toHaveURL("/organizer");
});
