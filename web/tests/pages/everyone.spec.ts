// Every page, on a phone and a desktop, light and dark, in both languages: axe-core has nothing against it, nothing is
// wider than the screen, and screenshots/ has what it looks like.
import { call, expect, inDays, newRace, somebody, test, violations } from "./site";

const screens = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };

for (const language of ["ko", "en"] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [screen, viewport] of Object.entries(screens)) {
      test.describe(`${language} ${colorScheme} ${screen}`, () => {
        test.use({ viewport, colorScheme, locale: language === "ko" ? "ko-KR" : "en-GB", reducedMotion: "reduce" });

        test("pages", async ({ page }) => {
          test.setTimeout(180_000);
          const title = language === "ko" ? "한강 노을 하프 마라톤" : "Han River Sunset Half";
          const location = language === "ko" ? "여의도 한강공원" : "Yeouido Hangang Park, Seoul";
          const race = await newRace(page, { title, location, held_on: inDays(0), distance_m: 21_098, capacity: 300 });
          const later = await newRace(page, {
            title,
            location,
            held_on: inDays(40),
            starts_at: `${inDays(40)}T08:00:00+09:00`,
            capacity: 1,
          });
          const people = await Promise.all(
            ["김하늘", "Alexandra Featherstonehaugh", "이바다"].map((name) => somebody(page, 0, name)),
          );
          const results = [
            { net_time: "1:29:41.35", gun_time: "1:30:02", splits: [5000, 10_000, 15_000] },
            { net_time: "1:44:20", gun_time: "1:45:02", splits: [] },
            { splits: [] },
          ];
          for (const [index, person] of people.entries()) {
            const bib = `H${index + 1}`;
            const { splits, ...times } = results[index] ?? { splits: [] };
            await call(page, "POST", `/marathons/${race.id}/players`, { bib }, person.token);
            await call(page, "POST", `/marathons/${later.id}/players`, {}, person.token);
            const record = {
              bib,
              status: index === 2 ? "dnf" : "finished",
              ...times,
              splits: splits.map((distance_m, at) => ({ distance_m, time: `0:${(at + 1) * 17}:0${at * 4}` })),
            };
            const entered = await call(page, "POST", `/marathons/${race.id}/official-records`, record, race.token);
            expect(entered.status).toBe(201);
          }
          const [runner] = people;
          if (!runner) throw new Error("nobody");
          for (const [day, time, memo] of [
            ["2026-05-03", "0:58:10", null],
            ["2026-06-14", "0:55:02", language === "ko" ? "바람이 많이 불었다." : "Windy."],
            ["2026-08-02", "0:56:30", null],
            ["2026-10-11", "0:52:10", null],
          ]) {
            const run = {
              title: language === "ko" ? "한강 10K" : "River 10K",
              ran_on: day,
              distance_m: 10_000,
              time,
              memo,
            };
            await call(page, "POST", "/users/me/non-official-records", run, runner.token);
          }

          let count = 0;
          async function look(name: string) {
            await page.waitForLoadState("networkidle");
            count += 1;
            const file = `screenshots/${screen}-${colorScheme}-${language}/${String(count).padStart(2, "0")}-${name}.png`;
            await page.screenshot({
              path: file,
              fullPage: screen === "phone" ? name !== "home" && name !== "ranking" : false,
            });
            expect.soft(await violations(page), name).toEqual([]);
            const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            expect.soft(wider, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
          }
          async function visit(path: string, name: string) {
            await page.goto(path);
            await look(name);
          }

          await visit("/", "home");
          await visit(`/calendar/${inDays(40).slice(0, 7)}`, "calendar");
          await visit(`/races/${later.id}`, "race");
          await visit(`/races/${race.id}/results`, "results");
          await visit(`/races/${race.id}/results?q=zzz`, "nobody-found");
          await visit(`/races/${race.id}/results/H1`, "result");
          await visit("/ranking", "ranking");
          await visit("/nowhere", "not-found");
          await visit("/signup", "sign-up");
          await page.locator("main button[type=submit]").click();
          await expect(page.locator("[aria-invalid=true]").first()).toBeVisible();
          await look("sign-up-refused");
          await page.evaluate(() => sessionStorage.clear());
          await visit("/login", "login");
          await page.locator("[name=login_id]").fill(runner.login_id);
          await page.locator("[name=password]").fill(runner.password);
          await page.locator("main button[type=submit]").click();
          await expect(page).toHaveURL("/me/races");
          await expect(page.locator("main h2").first()).toBeVisible();
          await look("my-races");
          await visit("/me/runs", "runs");
          await page.locator("main header button").click();
          await look("run-form");
          await visit("/me/points", "points");
          await visit("/me/account", "account");
          const me = await call(page, "GET", "/users/me", undefined, runner.token);
          await visit(`/runners/${String(me.body.user_id)}`, "runner");
          await visit(`/races/${later.id}`, "race-entered");
          await visit("/organizer", "not-allowed");
        });
      });
    }
  }
}
