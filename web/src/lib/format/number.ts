import type { Language } from "./date";

export const formatNumber = (value: number, language: Language) => new Intl.NumberFormat(language).format(value);

/** With a plus or minus sign, for changes. */
export const formatSigned = (value: number, language: Language) =>
  new Intl.NumberFormat(language, { signDisplay: "exceptZero" }).format(value);

/** 42.195 km. */
export const formatKilometres = (metres: number, language: Language) =>
  new Intl.NumberFormat(language, { style: "unit", unit: "kilometer", maximumFractionDigits: 3 }).format(metres / 1000);

/** Distances that have a name. */
export type KnownDistance = "marathon" | "half";

export function knownDistance(metres: number): KnownDistance | undefined {
  if (metres === 42_195) return "marathon";
  return metres >= 21_097 && metres <= 21_100 ? "half" : undefined;
}
