import type { components } from "../../src/lib/api/schema.gen";
import { FinishLinePage, newRaceToday } from "../finish-line-page";
import { expect, test } from "../fixtures";

test("two tabs send each entry once, in typing order", async ({ page, context, api, texts, logIn }) => {
  const race = await newRaceToday(api, ["Kim Haneul", "Lee Bada", "Park Noeul", "Choi Sol", "Jung Byeol"]);
  await logIn(race.organizer);
  const [one, two] = [new FinishLinePage(page, texts), new FinishLinePage(await context.newPage(), texts)];
  await one.open(race);
  await two.open(race);
  let sent = 0;
  context.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/official-records")) sent += 1;
  });

  const typed = [
    [one, "1", "Kim Haneul"],
    [two, "3", "Park Noeul"],
    [one, "2", "Lee Bada"],
    [two, "4", "Choi Sol"],
  ] as const;
  await context.setOffline(true);
  for (const [line, bib, name] of typed) {
    await line.page.bringToFront();
    await line.enterByKeyboard(bib, name, `30${bib}00`);
    // The other tab is notified.
    for (const each of [one, two]) await expect(each.row(name)).toContainText(texts.finish.waiting);
  }
  // A bib that is waiting in one tab is rejected in the other.
  await two.bib.fill("1");
  await two.bib.press("Enter");
  await expect(two.page.getByRole("alert")).toHaveText(texts.finish.alreadyTyped("1", "3:01:00"));
  await two.bib.fill("");

  await context.setOffline(false);
  // Both tabs send while online.
  await one.page.bringToFront();
  await one.enterByKeyboard("5", "Jung Byeol", "30500");
  for (const line of [one, two]) {
    await expect(line.status(texts.finish.allSent)).toBeVisible({ timeout: 45_000 });
    for (const [, , name] of typed) await expect(line.row(name)).toContainText(texts.finish.saved);
    await expect(line.row("Jung Byeol")).toContainText(texts.finish.saved);
  }
  expect(sent).toBe(5);
  const { items } = await api<{ items: components["schemas"]["PlacedOfficialRecord"][] }>(
    "GET",
    `/marathons/${race.id}/official-records?limit=50`,
  );
  const inOrder = items.toSorted((a, b) => a.record_id.localeCompare(b.record_id)).map(({ bib }) => bib);
  expect(inOrder).toEqual(["1", "3", "2", "4", "5"]);
});
