import { expect, newRace, newRunner, test } from "../fixtures";

test("applies using only the keyboard", async ({ page, api, words, logIn }) => {
  const race = await newRace(api);
  await logIn(await newRunner(api, "Kim Haneul"));
  await page.goto(`/races/${race.id}`);
  const apply = page.getByRole("button", { name: words.race.apply, exact: true });
  await expect(apply).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: words.common.skip, exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(apply).toBeFocused();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: words.race.applyHeading });
  const bib = dialog.getByLabel(words.race.preferredBib);
  // The close button is the first tab stop.
  await expect(dialog.getByRole("button", { name: words.common.close, exact: true })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(bib).toBeFocused();
  await page.keyboard.type("f7");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("group", { name: words.race.myEntry })).toContainText("F7");
  await expect(dialog).toBeHidden();
});
