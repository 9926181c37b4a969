/** Parses what is typed at the finish line, including with a Korean keyboard layout. */
import { milliseconds, typedTime, written } from "$lib/format/time";

export type Status = "finished" | "dnf" | "dns" | "dsq";

export interface Result {
  status: Status;
  /** In API format; null unless finished. */
  time: string | null;
}

/** Letters of the Korean layout, in the order of the Latin letters A to Z on the same keys. */
const korean = "ㅁㅠㅊㅇㄷㄹㅎㅗㅑㅓㅏㅣㅡㅜㅐㅔㅂㄱㄴㅅㅕㅍㅈㅌㅛㅋ";
const shifted: Readonly<Record<string, string>> = { ㅃ: "Q", ㅉ: "W", ㄸ: "E", ㄲ: "R", ㅆ: "T", ㅒ: "O", ㅖ: "P" };

function latin(text: string): string {
  return [...text]
    .map((letter) => {
      const index = korean.indexOf(letter);
      return index >= 0 ? String.fromCharCode(65 + index) : (shifted[letter] ?? letter);
    })
    .join("");
}

/** Normalize a bib as the API does: trimmed, upper case, Latin letters. */
export const typedBib = (text: string): string => latin(text.normalize("NFC").trim()).toUpperCase();

/** Whether the API accepts the bib. */
export const isBib = (text: string): boolean => /^[A-Z0-9-]{1,10}$/.test(text);

const letters: Readonly<Record<string, Status>> = {
  D: "dnf",
  DNF: "dnf",
  N: "dns",
  DNS: "dns",
  Q: "dsq",
  DSQ: "dsq",
};

/**
 * Parse a time or a status. `3:05:10`, `30510` and `3 05 10` are the same time, with or without a fraction; `d`, `n`
 * and `q` are DNF, DNS and DSQ. Undefined for anything else.
 */
export function typedResult(text: string): Result | undefined {
  const status = letters[typedBib(text)];
  if (status) return { status, time: null };
  const duration = milliseconds(typedTime(text.trim().replace(/\s+/g, ":")));
  return duration > 0 ? { status: "finished", time: written(duration) } : undefined;
}
