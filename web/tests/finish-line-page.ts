/** The finish line page, and races held today. */
import type { Locator, Page } from "@playwright/test";
import { addRunners, expect, inDays, newRace, type Account, type Api, type Race, type Texts } from "./fixtures";

/** A race held today, with runners whose bibs are 1, 2, 3, … */
export async function newRaceToday(
  api: Api,
  names: readonly string[],
  changes: Parameters<typeof newRace>[1] = {},
  organizer?: Account,
): Promise<Race> {
  const race = await newRace(api, { held_on: inDays(0), distance_m: 42_195, ...changes }, organizer);
  await addRunners(api, race, names);
  return race;
}

export class FinishLinePage {
  readonly bib: Locator;

  constructor(
    readonly page: Page,
    readonly texts: Texts,
  ) {
    this.bib = page.getByLabel(texts.finish.bib, { exact: true });
  }

  async open(race: Race): Promise<void> {
    await this.page.goto(`/organizer/races/${race.id}/finish`);
    await expect(this.page.getByText(this.texts.finish.none, { exact: true })).toBeVisible();
  }

  row = (name: string): Locator => this.page.getByRole("row").filter({ hasText: name });

  status = (text: string): Locator => this.page.getByRole("status").getByText(text, { exact: true });

  /** Type a bib and a time with the keyboard only, and check the name shown in between. */
  async enterByKeyboard(bib: string, name: string, time: string): Promise<void> {
    const { keyboard } = this.page;
    await expect(this.bib).toBeFocused();
    await keyboard.type(bib);
    await expect(this.page.locator("#who")).toHaveText(name);
    await keyboard.press("Enter");
    await keyboard.type(time);
    await keyboard.press("Enter");
    await expect(this.row(name)).toBeVisible();
  }
}
