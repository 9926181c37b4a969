/** Race times in API format: `H:MM:SS[.mmm]`. */

const API_TIME = /^(\d{1,2}):([0-5]\d):([0-5]\d)(?:\.(\d{1,3}))?$/;

/** Milliseconds of a time in API format; NaN if it is invalid. */
export function parseMilliseconds(time: string): number {
  const match = API_TIME.exec(time);
  if (!match) return Number.NaN;
  const [, hours, minutes, seconds, fraction = ""] = match;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, "0"));
}

/** Format milliseconds in API format. */
export function formatTime(duration: number): string {
  const rest = Math.round(duration);
  const seconds = Math.floor(rest / 1000);
  const fraction = rest % 1000;
  const two = (value: number) => String(value).padStart(2, "0");
  const whole = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return fraction === 0 ? whole : `${whole}.${String(fraction).padStart(3, "0")}`;
}

/**
 * Convert typed text to API format. Text that is no time is returned unchanged, so that the API reports the error.
 *
 * `3:29:41`, `52:10` (minutes and seconds) and, from a number pad, `32941` and `5210` are accepted. A decimal comma
 * counts as a point.
 */
export function normalizeTime(text: string): string {
  const input = text.trim().replace(",", ".");
  const digits = /^(\d{3,6})(\.\d{1,3})?$/.exec(input);
  if (digits) {
    const padded = (digits[1] ?? "").padStart(6, "0");
    return `${Number(padded.slice(0, 2))}:${padded.slice(2, 4)}:${padded.slice(4)}${digits[2] ?? ""}`;
  }
  if (/^\d{1,2}:\d{2}(\.\d{1,3})?$/.test(input)) {
    const [minutes = "", rest = ""] = input.split(":");
    const all = Number(minutes);
    return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, "0")}:${rest}`;
  }
  return input;
}

/** Short form: rounded up to the second, as in the rules for road races, without hours if there are none. */
export function formatShortTime(time: string): string {
  const seconds = Math.ceil(parseMilliseconds(time) / 1000);
  if (Number.isNaN(seconds)) return time;
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Seconds per kilometre, from a time in API format and metres. */
export function secondsPerKilometre(time: string, distance: number): number {
  return parseMilliseconds(time) / distance;
}

/** 4′58″. */
export function formatPace(pace: number): string {
  const seconds = Math.round(pace);
  return `${Math.floor(seconds / 60)}′${String(seconds % 60).padStart(2, "0")}″`;
}
