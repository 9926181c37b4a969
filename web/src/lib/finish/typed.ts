/** What is typed at a finish line, in a hurry and maybe with a Korean keyboard. */
import { milliseconds, typedTime, written } from "$lib/format/time";

export type Status = "finished" | "dnf" | "dns" | "dsq";

export interface Result {
  status: Status;
  /** As the API writes it; null unless finished. */
  time: string | null;
}

/** The keys of a Korean keyboard that are Latin letters on the same places. */
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

/** A bib as the API writes it. */
export const typedBib = (text: string): string => latin(text.normalize("NFC").trim()).toUpperCase();

/** Whether the API takes it for a bib. */
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
 * A time, or a letter for those who have none: `3:05:10`, `30510` and `3 05 10` are the same, with a fraction or
 * without; `d`, `n` and `q` stand for DNF, DNS and DSQ. Undefined for anything else.
 */
export function typedResult(text: string): Result | undefined {
  const status = letters[typedBib(text)];
  if (status) return { status, time: null };
  const duration = milliseconds(typedTime(text.trim().replace(/\s+/g, ":")));
  return duration > 0 ? { status: "finished", time: written(duration) } : undefined;
}
