/** Clock times with the offset that they have at a place. */

/** The offset of this device's zone at a day and time, such as +09:00. */
export function offsetAt(day: string, time = "12:00"): string {
  const at = new Date(`${day}T${time}`);
  const minutes = Number.isNaN(at.getTime()) ? 0 : -at.getTimezoneOffset();
  const two = (value: number) => String(value).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

/** The offset that an instant was written with. */
export function offsetOf(instant: string | null): string | undefined {
  const found = instant === null ? undefined : /(Z|[+-]\d{2}:\d{2})$/i.exec(instant)?.[1];
  return found?.toUpperCase() === "Z" ? "+00:00" : found;
}

/** The day and the time of an instant at its own offset: `2026-03-15T08:00`. */
export const wallClock = (instant: string | null): string => instant?.slice(0, 16) ?? "";

/** An instant, of a day and time at an offset; of what is neither, the text, for the API to refuse. */
export const instantAt = (local: string, offset: string): string =>
  /T\d{2}:\d{2}$/.test(local) ? `${local}:00${offset}` : `${local}${offset}`;
