/**
 * The language of the site.
 *
 * `t()` returns the texts of the current language, by feature: `{t().races.heading}`. It is reactive. The types are
 * derived from Korean, so a text that is missing in English does not compile.
 */
import type { Language } from "$lib/format/date";
import { en } from "./en";
import { ko, type Messages } from "./ko";

export type { Language };

export const dictionaries = { ko, en } as const;

const KEY = "mrmrthon.language";

export const languages: readonly Language[] = ["ko", "en"];

function preferred(): Language {
  try {
    const stored = localStorage.getItem(KEY);
    if (stored === "ko" || stored === "en") return stored;
  } catch {
    // Without storage, use the browser's languages.
  }
  const first = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag === "ko" || tag === "en");
  return first === "ko" ? "ko" : first === "en" ? "en" : "ko";
}

let current = $state<Language>(typeof navigator === "undefined" ? "ko" : preferred());

export const language = (): Language => current;

export const t = (): Messages => dictionaries[current];

export function setLanguage(next: Language): void {
  current = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Without storage, it lasts until the page is closed.
  }
}
