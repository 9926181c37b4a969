/** The results file page of a race. */
import type { Locator, Page } from "@playwright/test";
import { expect, type Race, type Texts } from "./fixtures";

type Count = "added" | "unchanged" | "changed" | "skipped" | "entered" | "corrected";

export class ResultsFilePage {
  /** The table of skipped rows. */
  readonly skipped: Locator;

  constructor(
    readonly page: Page,
    readonly texts: Texts,
  ) {
    this.skipped = page.getByRole("region", { name: texts.resultsFile.skipped });
  }

  async open(race: Race): Promise<void> {
    await this.page.goto(`/organizer/races/${race.id}/file`);
    await expect(this.page.getByText(this.texts.resultsFile.text, { exact: true })).toBeVisible();
  }

  row = (text: string): Locator => this.page.getByRole("row").filter({ hasText: text });

  choose = (text: string): Promise<void> =>
    this.page
      .getByLabel(this.texts.resultsFile.choose, { exact: true })
      .setInputFiles({ name: "results.csv", mimeType: "text/csv", buffer: Buffer.from(text) });

  /** Check all counts that the page shows. */
  async expectCounts(expected: Partial<Record<Count, number>>): Promise<void> {
    const facts = this.page.locator(".facts > div");
    const { resultsFile } = this.texts;
    await expect(facts).toHaveText(
      Object.entries(expected).map(([name, count]) => new RegExp(`^${resultsFile[name as Count]}\\s*${count}$`)),
      { timeout: 45_000 },
    );
  }

  submit = (count: number): Promise<void> =>
    this.page.getByRole("button", { name: this.texts.resultsFile.enter(`${count}`), exact: true }).click();

  async expectDone(expected: Partial<Record<Count, number>>): Promise<void> {
    await expect(this.page.getByRole("heading", { name: this.texts.resultsFile.done, exact: true })).toBeVisible({
      timeout: 45_000,
    });
    await this.expectCounts(expected);
  }

  chooseAnother = (): Promise<void> =>
    this.page.getByRole("button", { name: this.texts.resultsFile.another, exact: true }).click();
}
