/** Formats dates (`2026-03-15`, no time zone) and timestamps (RFC 3339) in the user's language. */

export type Language = "ko" | "en";

/** Noon in UTC: formatting it in UTC never shifts the date. */
const noon = (day: string) => new Date(`${day}T12:00:00Z`);

const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let formatter = formats.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(language, options);
    formats.set(key, formatter);
  }
  return formatter;
}

/** Sunday, 15 March 2026. */
export const formatLongDay = (day: string, language: Language) =>
  format(language, { dateStyle: "full", timeZone: "UTC" }).format(noon(day));

/** 15 Mar 2026. */
export const formatMediumDay = (day: string, language: Language) =>
  format(language, { dateStyle: "medium", timeZone: "UTC" }).format(noon(day));

/** Sun. */
export const formatWeekday = (day: string, language: Language) =>
  format(language, { weekday: "short", timeZone: "UTC" }).format(noon(day));

/** March 2026, from a date or from `2026-03`. */
export const formatMonth = (month: string, language: Language) =>
  format(language, { year: "numeric", month: "long", timeZone: "UTC" }).format(noon(`${month.slice(0, 7)}-15`));

/** The time of day at the timestamp's own offset, because a race starts at its local time. */
export function formatLocalTime(timestamp: string, language: Language): string {
  const [, time = "00:00"] = /T(\d{2}:\d{2})/.exec(timestamp) ?? [];
  return format(language, { timeStyle: "short", timeZone: "UTC" }).format(new Date(`2000-01-01T${time}:00Z`));
}

/** Date and time in the user's time zone. */
export const formatDateTime = (timestamp: string, language: Language) =>
  format(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(timestamp));

/** Today in the user's time zone: `2026-03-15`. */
export function today(now = new Date()): string {
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
}

export const daysBetween = (from: string, to: string) =>
  Math.round((noon(to).getTime() - noon(from).getTime()) / 86_400_000);

/** "in 12 days", "tomorrow". */
export const formatRelativeDay = (day: string, language: Language, from = today()) =>
  new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(daysBetween(from, day), "day");

/** Add months to a month in the form `2026-03`. */
export function addMonths(month: string, count: number): string {
  const [year = 2000, index = 1] = month.split("-").map(Number);
  const months = year * 12 + index - 1 + count;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
}

export function lastDayOfMonth(month: string): string {
  const [year = 2000, index = 1] = month.split("-").map(Number);
  return `${month}-${String(new Date(Date.UTC(year, index, 0)).getUTCDate()).padStart(2, "0")}`;
}

/** The weeks of a month, starting on Sundays; null for days of other months. */
export function weeksOfMonth(month: string): (string | null)[][] {
  const count = Number(lastDayOfMonth(month).slice(8));
  const first = noon(`${month}-01`).getUTCDay();
  const cells: (string | null)[] = Array.from({ length: first }, () => null);
  for (let day = 1; day <= count; day += 1) cells.push(`${month}-${String(day).padStart(2, "0")}`);
  while (cells.length % 7 !== 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}
