/**
 * Checks of a whole page in light and dark mode: no axe-core violations, one h1, a unique title, no horizontal
 * overflow. Saves screenshots to screenshots/.
 */
import type { Locator, Page, PageScreenshotOptions } from "@playwright/test";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test as base } from "./fixtures";

interface PageChecks {
  checkPage: (name: string) => Promise<void>;
  /** Open a page, wait for an element, and check the page. */
  checkPath: (path: string, name: string, ready?: Locator) => Promise<void>;
  /**
   * Open a dialog with the keyboard, optionally act in it, check the page, and check that the dialog traps the focus.
   */
  checkDialog: (opener: Locator, name: string, act?: (dialog: Locator) => Promise<unknown>) => Promise<void>;
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The axe-core violations of the current page, for all rules or the given ones. */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  return page.evaluate(async (rules) => {
    const { axe } = window as unknown as {
      axe: {
        run: (options: object) => Promise<{
          violations: { id: string; help: string; nodes: { target: string[] }[] }[];
        }>;
      };
    };
    const { violations } = await axe.run(rules ? { runOnly: rules } : {});
    return violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target).join(", ")})`);
  }, rules);
}

/** By how many pixels the page or an open dialog overflows horizontally. */
const horizontalOverflow = (page: Page): Promise<number> =>
  page.evaluate(() =>
    Math.max(
      ...[document.documentElement, ...document.querySelectorAll("dialog[open]")].map(
        ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
      ),
    ),
  );

/** Screenshot options: the whole page up to 2400 px, or the viewport if a dialog is open. */
async function screenshotOptions(page: Page): Promise<PageScreenshotOptions> {
  if ((await page.locator("dialog[open]").count()) > 0) return {};
  const [width, height] = await page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return [scrollWidth, scrollHeight] as const;
  });
  return { fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(height, 2400) } };
}

/** Where the focus is. */
const focusLocation = (dialog: Locator): Promise<"dialog" | "nowhere" | "page"> =>
  dialog.evaluate((element) =>
    element.contains(document.activeElement) ? "dialog" : document.activeElement === document.body ? "nowhere" : "page",
  );

export const test = base.extend<PageChecks>({
  contextOptions: { reducedMotion: "reduce" },
  // Traces double the run time, and screenshots/ has the pictures.
  trace: ["off", { scope: "worker" }],

  checkPage: async ({ page, language, isMobile }, use, { title: testName }) => {
    const paths = new Map<string, string>();
    await use((name) =>
      base.step(`check ${name}`, async () => {
        await expect(page.locator("h1"), `${name} has one heading`).toHaveCount(1);
        await expect(page.locator("main").locator(".loading, [aria-busy=true]")).toHaveCount(0);
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          // Only colours differ in dark mode.
          const rules = colorScheme === "dark" ? ["color-contrast", "link-in-text-block"] : undefined;
          expect.soft(await violations(page, rules), `${name}, ${colorScheme}`).toEqual([]);
          const folder = `screenshots/${isMobile ? "phone" : "desktop"}-${colorScheme}-${language}`;
          await page.screenshot({ path: `${folder}/${testName}-${name}.png`, ...(await screenshotOptions(page)) });
        }
        expect.soft(await horizontalOverflow(page), `${name} is wider than the screen`).toBeLessThanOrEqual(0);
        const [title, { pathname }] = [await page.title(), new URL(page.url())];
        expect.soft(paths.get(title) ?? pathname, `${name} has a title of its own: ${title}`).toBe(pathname);
        paths.set(title, pathname);
      }),
    );
  },

  checkPath: ({ page, checkPage }, use) =>
    use(async (path, name, ready) => {
      await page.goto(path);
      // Points arrive some time after their results.
      if (ready) await expect(ready).toBeVisible({ timeout: 45_000 });
      await checkPage(name);
    }),

  checkDialog: ({ page, checkPage }, use) =>
    use(async (opener, name, act) => {
      await opener.press("Enter");
      const dialog = page.locator("dialog[open]");
      await expect(dialog).toBeVisible();
      await act?.(dialog);
      await checkPage(name);
      // More tab stops than any dialog has.
      for (let step = 0; step < 15; step += 1) {
        await page.keyboard.press("Tab");
        expect.soft(await focusLocation(dialog), `focus in ${name}`).not.toBe("page");
      }
      await page.keyboard.press("Escape");
      await expect(dialog).toHaveCount(0);
      await expect(opener).toBeFocused();
    }),
});

export { expect };
