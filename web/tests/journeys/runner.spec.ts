import { call, expect, inDays, logIn, newRace, somebody, test, unique } from "./site";

test("sign up, apply, see the race, cancel", async ({ page }) => {
  const race = await newRace(page);
  await page.goto(`/races/${race.id}`);
  await page.getByRole("link", { name: "Log in to apply" }).click();
  await page.getByRole("main").getByRole("link", { name: "Sign up" }).click();

  await page.getByLabel("Login").fill("no");
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.getByLabel("Login")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Login")).toBeFocused();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");

  await page.getByLabel("Login").fill(unique("runner"));
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.getByLabel("Name").fill("Kim Haneul");
  await page.getByLabel("Phone").fill("010-1234-5678");
  await page.getByRole("radio", { name: "Women" }).check();
  await page.getByLabel("Date of birth").fill("1990-05-17");
  await page.getByRole("button", { name: "Sign up" }).click();

  await expect(page).toHaveURL(`/races/${race.id}`);
  await page.getByRole("button", { name: "Apply" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Date of birth")).toHaveValue("1990-05-17");
  await dialog.getByLabel("Bib you'd like").fill("no spaces");
  await dialog.getByRole("button", { name: "Apply" }).click();
  await expect(dialog.getByLabel("Bib you'd like")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Bib you'd like").fill("f7");
  await dialog.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("group", { name: "Your entry" })).toContainText("F7");

  await page.getByRole("link", { name: "My races" }).click();
  await expect(page.getByRole("link", { name: race.title })).toBeVisible();
  await page.getByRole("button", { name: "Cancel my entry" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel my entry" }).click();
  await expect(page.getByRole("main").getByText("You haven't applied for a race yet")).toBeVisible();
});

test("a login that is taken is refused at its field", async ({ page }) => {
  const { login_id } = await somebody(page, 0, "First");
  await page.goto("/signup");
  await page.getByLabel("Login").fill(login_id);
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.getByLabel("Name").fill("Second");
  await page.getByLabel("Phone").fill("010-1234-5678");
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.getByLabel("Login")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Login")).toBeFocused();
});

test("wait for a place in a full race", async ({ page }) => {
  const race = await newRace(page, { capacity: 1 });
  const first = await somebody(page, 0, "First");
  expect((await call(page, "POST", `/marathons/${race.id}/players`, undefined, first.token)).status).toBe(201);
  await logIn(page, await somebody(page, 0, "Second"));
  await page.goto(`/races/${race.id}`);
  await page.getByRole("button", { name: "Join the waitlist" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Join the waitlist" }).click();
  await expect(page.getByRole("group", { name: "Your entry" })).toContainText("Waiting");
});

test("keep, correct and delete runs of one's own", async ({ page }) => {
  await logIn(page, await somebody(page, 0, "Lee Bada"));
  await page.getByRole("link", { name: "My runs" }).click();
  await expect(page.getByText("No runs yet")).toBeVisible();

  for (const [title, day, time] of [
    ["Han river", "2026-02-01", "5210"],
    ["Namsan", "2026-03-01", "0:50:00"],
  ] as const) {
    await page.getByRole("button", { name: "Add a run" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Title").fill(title);
    await dialog.getByLabel("Date").fill(day);
    await dialog.getByLabel("Distance").fill("10");
    await dialog.getByLabel("Time").fill(time);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("listitem").filter({ hasText: title })).toBeVisible();
  }
  await expect(page.getByRole("listitem").filter({ hasText: "Han river" })).toContainText("52:10");
  await expect(page.getByRole("img", { name: /Chart of the pace/ }).locator("canvas")).toBeVisible();

  await page.getByRole("button", { name: "Edit Namsan" }).click();
  await page.getByRole("dialog").getByLabel("Time").fill("fast");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog").getByLabel("Time")).toHaveAttribute("aria-invalid", "true");
  await page.getByRole("dialog").getByLabel("Time").fill("0:48:25");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Namsan" })).toContainText("48:25");

  await page.getByRole("button", { name: "Delete Namsan" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Namsan" })).toHaveCount(0);
});

test("a draft outlives a reload, and a session that ends", async ({ page }) => {
  const account = await somebody(page, 0, "Park Noeul");
  await logIn(page, account);
  await page.goto("/me/runs");
  await page.getByRole("button", { name: "Add a run" }).click();
  await page.getByRole("dialog").getByLabel("Title").fill("Half typed");
  await page.reload();
  await page.getByRole("button", { name: "Add a run" }).click();
  await expect(page.getByRole("dialog").getByLabel("Title")).toHaveValue("Half typed");

  await page.getByLabel("Distance").fill("5");
  await page.getByLabel("Time").fill("25:00");
  // Both tokens are worth nothing from here on.
  await page.route("**/api/users/refresh", (route) =>
    route.fulfill({ status: 401, contentType: "application/problem+json", body: "{}" }),
  );
  await page.route(
    "**/api/users/me/non-official-records",
    (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: "{}" }),
    { times: 1 },
  );
  await page.getByRole("button", { name: "Save" }).click();
  const login = page.getByRole("dialog", { name: "Please log in again" });
  await login.getByLabel("Login", { exact: true }).fill(account.login_id);
  await login.getByLabel("Password", { exact: true }).fill(account.password);
  await login.getByRole("button", { name: "Log in" }).click();
  await expect(login).toBeHidden();
  await expect(page.getByRole("dialog").getByLabel("Title")).toHaveValue("Half typed");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Half typed" })).toBeVisible();
});

test("points come with a result", async ({ page }) => {
  const race = await newRace(page, { held_on: inDays(0), apply_until: null });
  const account = await somebody(page, 0, "Choi Sol");
  const applied = await call(page, "POST", `/marathons/${race.id}/players`, { bib: "C1" }, account.token);
  expect(applied.status).toBe(201);
  const record = { bib: "C1", status: "finished", net_time: "0:48:25" };
  const entered = await call(page, "POST", `/marathons/${race.id}/official-records`, record, race.token);
  expect(entered.status).toBe(201);
  await logIn(page, account);
  await expect(async () => {
    await page.goto("/me/points");
    await expect(page.getByRole("row").filter({ hasText: race.title })).toContainText("+10", { timeout: 3_000 });
  }).toPass({ timeout: 45_000 });
  await page.getByRole("link", { name: new RegExp(race.title) }).click();
  await expect(page.getByRole("main")).toContainText("48:25");
});

test("change the password, then delete the account", async ({ page }) => {
  const account = await somebody(page, 0, "Jung Byeol");
  await logIn(page, account);
  await page.goto("/me/account");
  await page.getByLabel("Current password").fill("not this");
  await page.getByLabel("New password").fill("another horse battery");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByLabel("Current password")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Current password").fill(account.password);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password is changed.")).toBeVisible();

  await page.getByRole("button", { name: "Delete my account" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("somebody else");
  await dialog.getByRole("button", { name: "Delete my account" }).click();
  await expect(dialog.getByRole("textbox")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByRole("textbox").fill(account.login_id);
  await dialog.getByRole("button", { name: "Delete my account" }).click();
  await expect(page).toHaveURL("/");
  await expect(page.getByRole("link", { name: "Log in" })).toBeVisible();
});
