/**
 * The reader's language.
 *
 * `t()` has the words of the language, by feature: `{t().races.heading}`. It is reactive. Korean is what the English
 * words are typed after, so a word that is missing in one of them does not compile.
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
    const kept = localStorage.getItem(KEY);
    if (kept === "ko" || kept === "en") return kept;
  } catch {
    // Without storage the browser's own preference stands.
  }
  const first = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag === "ko" || tag === "en");
  return first === "ko" ? "ko" : first === "en" ? "en" : "ko";
}

let current = $state<Language>(typeof navigator === "undefined" ? "ko" : preferred());

/** The language now. */
export const language = (): Language => current;

/** The words now. */
export const t = (): Messages => dictionaries[current];

export function setLanguage(next: Language): void {
  current = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // It then lasts as long as the page does.
  }
}
