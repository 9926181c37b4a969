/** UTC offsets and local times of races. */

/** The UTC offset of the device's time zone at a local date and time, such as +09:00. */
export function offsetAt(day: string, time = "12:00"): string {
  const at = new Date(`${day}T${time}`);
  const minutes = Number.isNaN(at.getTime()) ? 0 : -at.getTimezoneOffset();
  const two = (value: number) => String(value).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

/** The UTC offset that a timestamp is written with. */
export function offsetOf(timestamp: string | null): string | undefined {
  const match = timestamp === null ? undefined : /(Z|[+-]\d{2}:\d{2})$/i.exec(timestamp)?.[1];
  return match?.toUpperCase() === "Z" ? "+00:00" : match;
}

/** Local date and time of a timestamp at its own offset: `2026-03-15T08:00`. */
export const toLocalDateTime = (timestamp: string | null): string => timestamp?.slice(0, 16) ?? "";

/** The timestamp of a local date and time at an offset. Invalid input is passed on for the API to reject. */
export const toTimestamp = (local: string, offset: string): string =>
  /T\d{2}:\d{2}$/.test(local) ? `${local}:00${offset}` : `${local}${offset}`;
