import { expect, newRace, newRunner, test } from "../fixtures";

test("applies using only the keyboard", async ({ page, api, texts, logIn }) => {
  const race = await newRace(api);
  await logIn(await newRunner(api, "Kim Haneul"));
  await page.goto(`/races/${race.id}`);
  const apply = page.getByRole("button", { name: texts.race.apply, exact: true });
  await expect(apply).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: texts.common.skip, exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(apply).toBeFocused();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: texts.race.applyHeading });
  const bib = dialog.getByLabel(texts.race.preferredBib);
  // The close button is the first tab stop.
  await expect(dialog.getByRole("button", { name: texts.common.close, exact: true })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(bib).toBeFocused();
  await page.keyboard.type("f7");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("group", { name: texts.race.myEntry })).toContainText("F7");
  await expect(dialog).toBeHidden();
});
