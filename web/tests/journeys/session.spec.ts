import { expect, newRunner, test, typeLogin, uniqueName } from "../fixtures";

test("signs up after fixing invalid fields, logs out, logs in", async ({ page, api, texts, expectInvalid }) => {
  const taken = await newRunner(api, "First");
  const { account } = texts;
  const login = { login_id: uniqueName("runner"), password: "correct horse battery" };
  const submit = page.getByRole("button", { name: account.signUp, exact: true });
  const loginId = page.getByLabel(account.loginId, { exact: true });
  await page.goto("/");
  await page.getByRole("link", { name: account.signUp, exact: true }).click();
  await loginId.fill("no");
  await submit.click();
  for (const field of [account.loginId, account.password, account.name, account.phone])
    await expectInvalid(page.getByLabel(field, { exact: true }));
  await expect(loginId).toBeFocused();

  await loginId.fill(taken.login_id);
  await page.getByLabel(account.password, { exact: true }).fill(login.password);
  await page.getByLabel(account.name, { exact: true }).fill("Kim Haneul");
  await page.getByLabel(account.phone, { exact: true }).fill("010-1234-5678");
  await page.getByRole("radio", { name: texts.common.gender.F }).check();
  await page.getByLabel(texts.race.birthDate).fill("1990-05-17");
  await submit.click();
  await expectInvalid(loginId);
  await expect(loginId).toBeFocused();
  await loginId.fill(login.login_id);
  await submit.click();
  await expect(page.getByRole("status").filter({ hasText: account.welcome("Kim Haneul") })).toBeVisible();
  await expect(page).toHaveURL("/");

  await page.getByRole("button", { name: account.logout, exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: account.loggedOut })).toBeVisible();
  await page.getByRole("link", { name: account.login, exact: true }).click();
  await typeLogin(page, texts, { ...login, password: "something else" });
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByLabel(account.password, { exact: true })).toHaveValue("");
  await typeLogin(page, texts, login);
  await expect(page).toHaveURL("/me/races");
});

test("a private page redirects to the login and back", async ({ page, api, texts }) => {
  await page.goto("/me/points");
  await expect(page).toHaveURL("/login?back=%2Fme%2Fpoints");
  await typeLogin(page, texts, await newRunner(api, "Kim Haneul"));
  await expect(page).toHaveURL("/me/points");
});

test("changes profile and password, logs out everywhere, deletes the account", async ({
  page,
  api,
  texts,
  expectInvalid,
  logIn,
}) => {
  const { account } = texts;
  const runner = await newRunner(api, "Jung Byeol");
  await logIn(runner);
  await page.getByRole("link", { name: `${account.heading}: Jung Byeol` }).click();
  const phone = page.getByLabel(account.phone, { exact: true });
  await phone.fill("none");
  await page.getByRole("button", { name: texts.common.save, exact: true }).click();
  await expectInvalid(phone);
  await phone.fill("010-9876-5432");
  await page.getByLabel(account.name, { exact: true }).fill("Jung Haneul");
  await page.getByRole("button", { name: texts.common.save, exact: true }).click();
  await expect(page.getByRole("link", { name: `${account.heading}: Jung Haneul` })).toBeVisible();

  const current = page.getByLabel(account.currentPassword, { exact: true });
  const change = page.getByRole("button", { name: account.changePassword, exact: true });
  await current.fill("not this");
  await page.getByLabel(account.newPassword, { exact: true }).fill("another horse battery");
  await change.click();
  await expectInvalid(current);
  await current.fill(runner.password);
  await change.click();
  await expect(page.getByText(account.passwordChanged, { exact: true })).toBeVisible();

  await page.getByRole("button", { name: account.logoutEverywhere, exact: true }).click();
  await expect(page).toHaveURL("/");
  await logIn({ ...runner, password: "another horse battery" });
  await page.goto("/me/account");
  await page.getByRole("button", { name: account.deleteAccount, exact: true }).click();
  const dialog = page.getByRole("dialog", { name: account.deleteHeading });
  const confirm = dialog.getByLabel(account.deleteConfirm(runner.login_id));
  await confirm.fill("somebody else");
  await dialog.getByRole("button", { name: account.deleteAccount, exact: true }).click();
  await expectInvalid(confirm);
  await confirm.fill(runner.login_id);
  await dialog.getByRole("button", { name: account.deleteAccount, exact: true }).click();
  await expect(page).toHaveURL("/");
  await expect(page.getByRole("link", { name: account.login, exact: true })).toBeVisible();
});
