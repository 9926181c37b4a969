/** Parses what is typed at the finish line, including with a Korean keyboard layout. */
import { formatTime, normalizeTime, parseMilliseconds } from "$lib/format/time";
import type { Status } from "./result";

export interface ParsedResult {
  status: Status;
  /** In API format; null unless finished. */
  time: string | null;
}

/** Letters of the Korean layout, in the order of the Latin letters A to Z on the same keys. */
const KOREAN_KEYS = "ㅁㅠㅊㅇㄷㄹㅎㅗㅑㅓㅏㅣㅡㅜㅐㅔㅂㄱㄴㅅㅕㅍㅈㅌㅛㅋ";
const SHIFTED_KEYS: Readonly<Record<string, string>> = {
  ㅃ: "Q",
  ㅉ: "W",
  ㄸ: "E",
  ㄲ: "R",
  ㅆ: "T",
  ㅒ: "O",
  ㅖ: "P",
};

function toLatin(text: string): string {
  return [...text]
    .map((letter) => {
      const index = KOREAN_KEYS.indexOf(letter);
      return index >= 0 ? String.fromCharCode(65 + index) : (SHIFTED_KEYS[letter] ?? letter);
    })
    .join("");
}

/** Normalize a bib as the API does: trimmed, upper case, Latin letters. */
export const normalizeBib = (text: string): string => toLatin(text.normalize("NFC").trim()).toUpperCase();

/** Whether the API accepts the bib. */
export const isValidBib = (text: string): boolean => /^[A-Z0-9-]{1,10}$/.test(text);

const STATUS_CODES: Readonly<Record<string, Status>> = {
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
export function parseResult(text: string): ParsedResult | undefined {
  const status = STATUS_CODES[normalizeBib(text)];
  if (status) return { status, time: null };
  const duration = parseMilliseconds(normalizeTime(text.trim().replace(/\s+/g, ":")));
  return duration > 0 ? { status: "finished", time: formatTime(duration) } : undefined;
}
