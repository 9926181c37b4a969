import { newRunner, typeLogin } from "../fixtures";
import { expect, test } from "./sample-data";

test("runner", async ({ page, api, texts, sample, checkPage, checkPath, checkDialog, logIn }) => {
  test.setTimeout(180_000);
  const { held, open, full, runner } = sample;
  const button = (name: string) => page.getByRole("button", { name, exact: true });

  // A new runner.
  await logIn(await newRunner(api, "정별"));
  for (const [path, name] of [
    ["/me/races", "my-races-none"],
    ["/me/runs", "runs-none"],
    ["/me/points", "points-none"],
  ] as const)
    await checkPath(path, name);
  await button(texts.account.logout).click();
  await expect(page).toHaveURL("/");

  await logIn(runner);
  await checkPath("/me/races", "my-races");
  await checkDialog(button(texts.race.cancel).first(), "my-races-cancel");
  await checkPath("/me/runs", "runs", page.locator("canvas"));
  await checkDialog(button(texts.runs.add), "run-new", async (dialog) => {
    await dialog.locator("[type=submit]").press("Enter");
    await expect(dialog.locator("[aria-invalid=true]").first()).toBeVisible();
  });
  await checkDialog(page.getByRole("listitem").getByRole("button").first(), "run-edit");
  await checkDialog(page.getByRole("listitem").getByRole("button").nth(1), "run-delete");
  await expect(async () => {
    await page.goto("/me/points");
    await expect(page.getByRole("table")).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 45_000 });
  await checkPage("points");
  await checkPath("/me/account", "account");
  await checkDialog(button(texts.account.deleteAccount), "account-delete", async (dialog) => {
    await dialog.locator("[type=submit]").press("Enter");
    await expect(dialog.locator("[aria-invalid=true]")).toBeVisible();
  });
  await checkPath(`/races/${held.id}`, "race-mine");
  await checkPath(`/races/${held.id}/results`, "results-mine");
  await checkPath(`/races/${full.id}`, "race-entered");
  await checkPath(`/races/${open.id}`, "race-open");
  await checkDialog(button(texts.race.apply), "race-apply", async (dialog) => {
    await dialog.getByLabel(texts.race.preferredBib).fill("no spaces");
    await dialog.locator("[type=submit]").press("Enter");
    await expect(dialog.locator("[aria-invalid=true]")).toBeVisible();
  });
  await checkPath("/organizer", "not-allowed");

  // The session expires. The login dialog cannot be closed with Escape.
  const refuse = { status: 401, contentType: "application/problem+json", body: "{}" };
  await page.route("**/api/users/refresh", (route) => route.fulfill(refuse));
  await page.route("**/api/users/me", (route) => route.fulfill(refuse), { times: 1 });
  const login = page.getByRole("dialog", { name: texts.account.expired });
  await checkPath("/me/account", "login-again", login);
  for (let time = 0; time < 3; time += 1) await page.keyboard.press("Escape");
  await expect(login).toBeVisible();
  await typeLogin(login, texts, runner);
  await expect(login).toBeHidden();
});
