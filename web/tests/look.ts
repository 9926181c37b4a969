/**
 * A look at a page as it stands, light and dark: axe-core has nothing against it, it has one heading and a title of its
 * own, nothing is wider than the screen, and screenshots/ has what it looks like.
 */
import type { Locator, Page, PageScreenshotOptions } from "@playwright/test";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test as base } from "./site";

interface Looks {
  look: (name: string) => Promise<void>;
  /** Open a page and look at it, once what is looked for is there. */
  visit: (path: string, name: string, what?: Locator) => Promise<void>;
  /** Open a dialog by the keyboard, do something in it, look at it, and find that it keeps the keyboard to itself. */
  ask: (opener: Locator, name: string, act?: (dialog: Locator) => Promise<unknown>) => Promise<void>;
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core holds against the page as it stands, by all its rules or by some. */
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

/** How much wider than the screen the page is, or a dialog than itself. */
const tooWide = (page: Page): Promise<number> =>
  page.evaluate(() =>
    Math.max(
      ...[document.documentElement, ...document.querySelectorAll("dialog[open]")].map(
        ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
      ),
    ),
  );

/** All of a page to be photographed, or the beginning of a long list; with a dialog in front, what the screen shows. */
async function whole(page: Page): Promise<PageScreenshotOptions> {
  if ((await page.locator("dialog[open]").count()) > 0) return {};
  const [width, height] = await page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return [scrollWidth, scrollHeight] as const;
  });
  return { fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(height, 2400) } };
}

/** Where the keyboard is: in the open dialog, nowhere, or on the page behind. */
const focusIn = (dialog: Locator): Promise<"dialog" | "nowhere" | "page"> =>
  dialog.evaluate((element) =>
    element.contains(document.activeElement) ? "dialog" : document.activeElement === document.body ? "nowhere" : "page",
  );

export const test = base.extend<Looks>({
  contextOptions: { reducedMotion: "reduce" },
  // It takes as long as the looking itself, and screenshots/ has what it would show.
  trace: ["off", { scope: "worker" }],

  look: async ({ page, language, isMobile }, use, { title: who }) => {
    const paths = new Map<string, string>();
    await use((name) =>
      base.step(`look at ${name}`, async () => {
        await expect(page.locator("h1"), `${name} has one heading`).toHaveCount(1);
        await expect(page.locator("main").locator(".loading, [aria-busy=true]")).toHaveCount(0);
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          // What is dark differs in nothing but its colours.
          const rules = colorScheme === "dark" ? ["color-contrast", "link-in-text-block"] : undefined;
          expect.soft(await violations(page, rules), `${name}, ${colorScheme}`).toEqual([]);
          const folder = `screenshots/${isMobile ? "phone" : "desktop"}-${colorScheme}-${language}`;
          await page.screenshot({ path: `${folder}/${who}-${name}.png`, ...(await whole(page)) });
        }
        expect.soft(await tooWide(page), `${name} is wider than the screen`).toBeLessThanOrEqual(0);
        const [title, { pathname }] = [await page.title(), new URL(page.url())];
        expect.soft(paths.get(title) ?? pathname, `${name} has a title of its own: ${title}`).toBe(pathname);
        paths.set(title, pathname);
      }),
    );
  },

  visit: ({ page, look }, use) =>
    use(async (path, name, what) => {
      await page.goto(path);
      // Points arrive a while after their results.
      if (what) await expect(what).toBeVisible({ timeout: 45_000 });
      await look(name);
    }),

  ask: ({ page, look }, use) =>
    use(async (opener, name, act) => {
      await opener.press("Enter");
      const dialog = page.locator("dialog[open]");
      await expect(dialog).toBeVisible();
      await act?.(dialog);
      await look(name);
      // Further than there are places for it to go to.
      for (let step = 0; step < 15; step += 1) {
        await page.keyboard.press("Tab");
        expect.soft(await focusIn(dialog), `the keyboard in ${name}`).not.toBe("page");
      }
      await page.keyboard.press("Escape");
      await expect(dialog).toHaveCount(0);
      await expect(opener).toBeFocused();
    }),
});

export { expect };
