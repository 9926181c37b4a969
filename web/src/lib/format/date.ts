/** Days (`2026-03-15`, without a zone) and instants (RFC 3339), in the reader's language. */

export type Language = "ko" | "en";

/** A day at noon UTC, which no rule of time zones moves to another day when it is read in UTC. */
const noon = (day: string) => new Date(`${day}T12:00:00Z`);

const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(language, options);
    formats.set(key, found);
  }
  return found;
}

/** Sunday, 15 March 2026. */
export const longDay = (day: string, language: Language) =>
  format(language, { dateStyle: "full", timeZone: "UTC" }).format(noon(day));

/** 15 Mar 2026. */
export const mediumDay = (day: string, language: Language) =>
  format(language, { dateStyle: "medium", timeZone: "UTC" }).format(noon(day));

/** The weekday, in short. */
export const weekday = (day: string, language: Language) =>
  format(language, { weekday: "short", timeZone: "UTC" }).format(noon(day));

/** March 2026, of any day of the month or of `2026-03`. */
export const monthName = (month: string, language: Language) =>
  format(language, { year: "numeric", month: "long", timeZone: "UTC" }).format(noon(`${month.slice(0, 7)}-15`));

/** Mar, for tight places. */
export const shortMonth = (month: string, language: Language) =>
  format(language, { month: "short", timeZone: "UTC" }).format(noon(`${month.slice(0, 7)}-15`));

/** The hour and minute of an instant, at the instant's own offset: a race starts when it starts there. */
export function clockThere(instant: string, language: Language): string {
  const [, time = "00:00"] = /T(\d{2}:\d{2})/.exec(instant) ?? [];
  return format(language, { timeStyle: "short", timeZone: "UTC" }).format(new Date(`2000-01-01T${time}:00Z`));
}

/** Day and time of an instant, where the reader is. */
export const moment = (instant: string, language: Language) =>
  format(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(instant));

/** Today, where the reader is. */
export function today(now = new Date()): string {
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
}

/** Days from one day to another. */
export const daysBetween = (from: string, to: string) =>
  Math.round((noon(to).getTime() - noon(from).getTime()) / 86_400_000);

/** "in 12 days", "tomorrow". */
export const relativeDay = (day: string, language: Language, from = today()) =>
  new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(daysBetween(from, day), "day");

/** A month, some months on: `2026-03`. */
export function addMonths(month: string, count: number): string {
  const [year = 2000, index = 1] = month.split("-").map(Number);
  const months = year * 12 + index - 1 + count;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
}

/** The last day of a month. */
export function lastDay(month: string): string {
  const [year = 2000, index = 1] = month.split("-").map(Number);
  return `${month}-${String(new Date(Date.UTC(year, index, 0)).getUTCDate()).padStart(2, "0")}`;
}

/** The weeks of a month, from Sunday, with null where a week belongs to another month. */
export function weeks(month: string): (string | null)[][] {
  const count = Number(lastDay(month).slice(8));
  const first = noon(`${month}-01`).getUTCDay();
  const cells: (string | null)[] = Array.from({ length: first }, () => null);
  for (let day = 1; day <= count; day += 1) cells.push(`${month}-${String(day).padStart(2, "0")}`);
  while (cells.length % 7 !== 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}
