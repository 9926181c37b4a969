/** Sample users and races for the page checks, shared by all tests of a worker. The checks change none of them. */
import type { Language } from "../../src/lib/format/date";
import {
  apply,
  enterResult,
  inDays,
  newOrganizer,
  newRace,
  newRunner,
  type Account,
  type Api,
  type Race,
} from "../fixtures";
import { test as base } from "../page-checks";

export interface SampleData {
  organizer: Account;
  /** Has races, results, points and non-official records. */
  runner: Account;
  /** Held today, with results. */
  held: Race;
  /** Held today, without participants. */
  bare: Race;
  /** Upcoming, with free places. */
  open: Race;
  /** Upcoming and full. */
  full: Race;
}

const TEXTS = {
  ko: {
    office: "서울 러닝 사무국",
    location: "여의도 한강공원",
    held: "한강 노을 하프 마라톤",
    bare: "한밤의 남산 오르기",
    open: "서울숲 봄바람 10K",
    full: "북한산 둘레길 마라톤",
    run: "한강 10K",
    memo: "바람이 많이 불었다.",
  },
  en: {
    office: "Seoul Running Office",
    location: "Yeouido Hangang Park, Seoul",
    held: "Han River Sunset Half",
    bare: "Namsan by Night",
    open: "Seoul Forest Spring Breeze 10K",
    full: "Bukhansan Dulle-gil Marathon",
    run: "River 10K",
    memo: "Windy.",
  },
} as const satisfies Record<Language, object>;

async function createSampleData(api: Api, language: Language): Promise<SampleData> {
  const texts = TEXTS[language];
  const { location } = texts;
  const organizer = await newOrganizer(api, texts.office);
  const race = (title: string, changes: object) => newRace(api, { title, location, ...changes }, organizer);
  const [held, bare, open, full, ...people] = await Promise.all([
    race(texts.held, { held_on: inDays(0), distance_m: 21_098, capacity: 300 }),
    race(texts.bare, { held_on: inDays(0) }),
    race(texts.open, { held_on: inDays(30), starts_at: `${inDays(30)}T08:00:00+09:00`, capacity: 500 }),
    race(texts.full, { held_on: inDays(40), distance_m: 42_195, capacity: 1 }),
    ...["김하늘", "Alexandra Featherstonehaugh", "이바다", "박노을"].map((name) => newRunner(api, name)),
  ]);
  const [runner] = people;
  if (!runner) throw new Error("no runner was created");
  const records = [
    { net_time: "1:29:41.35", gun_time: "1:30:02", splits: [5000, 10_000, 15_000] },
    { net_time: "1:44:20", gun_time: "1:45:02" },
    { status: "dnf" as const },
  ];
  for (const [index, person] of people.entries()) {
    const bib = `H${index + 1}`;
    await apply(api, held, person, bib);
    await apply(api, full, person);
    const { splits = [], ...record } = records[index] ?? {};
    if (records[index])
      await enterResult(api, held, {
        bib,
        ...record,
        splits: splits.map((distance_m, at) => ({ distance_m, time: `0:${(at + 1) * 17}:0${at * 4}` })),
      });
  }
  for (const [ran_on, time, memo] of [
    ["2026-05-03", "0:58:10", null],
    ["2026-06-14", "0:55:02", texts.memo],
    ["2026-08-02", "0:56:30", null],
    ["2026-10-11", "0:52:10", null],
  ]) {
    const run = { title: texts.run, ran_on, distance_m: 10_000, time, memo };
    await api("POST", "/users/me/non-official-records", run, runner.token);
  }
  return { organizer, runner, held, bare, open, full };
}

export const test = base.extend<object, { sample: SampleData }>({
  sample: [async ({ api, language }, use) => use(await createSampleData(api, language)), { scope: "worker" }],
});

export { expect } from "../page-checks";
