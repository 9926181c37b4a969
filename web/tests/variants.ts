/** Test variants: both languages, on a phone and on a desktop. */
import type { Language } from "../src/lib/format/date";

export interface Variant {
  language: Language;
}

/** The users' time zone, which test dates refer to. */
export const ZONE = "Asia/Seoul";

const locales = { ko: "ko-KR", en: "en-GB" } as const satisfies Record<Language, string>;

const screens = {
  phone: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 800 } },
} as const;

export type Screen = keyof typeof screens;

/** Browser settings of a user. */
export const browserOptions = (language: Language, screen: Screen) => ({
  language,
  locale: locales[language],
  timezoneId: ZONE,
  ...screens[screen],
});

export const variants = (["ko", "en"] as const).flatMap((language) =>
  (["phone", "desktop"] as const).map((screen) => ({
    name: `${language} ${screen}`,
    use: browserOptions(language, screen),
  })),
);
