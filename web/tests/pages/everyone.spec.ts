import { inDays } from "../fixtures";
import { expect, test } from "./sample-data";

test("everyone", async ({ page, texts, sample, checkPage, checkPath }) => {
  test.setTimeout(180_000);
  const { held, bare, open, full, runner } = sample;
  for (const [path, name] of [
    ["/", "home"],
    [`/calendar/${inDays(40).slice(0, 7)}`, "calendar"],
    ["/calendar/2101-01", "calendar-empty"],
    [`/races/${open.id}`, "race"],
    [`/races/${full.id}`, "race-full"],
    [`/races/${held.id}`, "race-held"],
    [`/races/${held.id}/results`, "results"],
    [`/races/${held.id}/results?q=zzz`, "results-nobody"],
    [`/races/${bare.id}/results`, "results-none"],
    [`/races/${held.id}/results/H1`, "result"],
    [`/races/${held.id}/results/H3`, "result-dnf"],
    [`/races/${held.id}/results/H9`, "result-missing"],
    [`/runners/${runner.user_id}`, "runner"],
    ["/ranking", "ranking"],
    ["/nowhere", "not-found"],
    ["/races/nonsense", "race-missing"],
    ["/signup", "sign-up"],
  ] as const)
    await checkPath(path, name);

  const submit = page.getByRole("main").locator("[type=submit]");
  const refused = page.locator("[aria-invalid=true]").first();
  await submit.click();
  await expect(refused).toBeVisible();
  await checkPage("sign-up-refused");
  await checkPath("/login", "login");
  await page.getByLabel(texts.account.loginId, { exact: true }).fill(runner.login_id);
  await page.getByLabel(texts.account.password, { exact: true }).fill("something else");
  await submit.click();
  await expect(page.getByRole("alert")).toBeVisible();
  await checkPage("login-refused");
  await page.route("**/api/points**", (route) => route.abort(), { times: 1 });
  await checkPath("/ranking", "ranking-offline", page.getByRole("alert"));
});
