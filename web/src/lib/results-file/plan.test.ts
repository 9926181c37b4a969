import { expect, it } from "vitest";
import type { OfficialRecord } from "$lib/race/result";
import { parseResultsFile } from "./parse";
import { makePlan } from "./plan";

const players = (...bibs: string[]) => new Map(bibs.map((bib) => [bib, {}]));
const records = (...all: Partial<OfficialRecord>[]) =>
  new Map(
    all.map((each) => {
      const record = { status: "finished", net_time: null, gun_time: null, revision: 1, ...each } as OfficialRecord;
      return [record.bib, record];
    }),
  );
const planFor = async (text: string, ...race: [ReadonlyMap<string, unknown>, ReadonlyMap<string, OfficialRecord>]) =>
  makePlan((await parseResultsFile(new TextEncoder().encode(text), "net")).rows, ...race);

it("separates new, unchanged and changed results", async () => {
  const text = "bib,net\n1,3:05:10\n2,3:06:00.5\n3,3:07:00\n4,DNF\n5,3:08:00\n";
  const saved = records(
    { bib: "2", net_time: "3:06:00.500" },
    { bib: "3", net_time: "3:07:01" },
    { bib: "4", net_time: "3:08:00" },
  );
  const { added, unchanged, changed, skipped } = await planFor(text, players("1", "2", "3", "4"), saved);
  expect(added).toEqual([
    { line: 2, bib: "1", text: "3:05:10", status: "finished", net_time: "3:05:10", gun_time: null },
  ]);
  expect(unchanged.map(({ bib }) => bib)).toEqual(["2"]);
  expect(changed.map(({ bib, status, saved }) => [bib, status, saved.net_time])).toEqual([
    ["3", "finished", "3:07:01"],
    ["4", "dnf", "3:08:00"],
  ]);
  expect(skipped).toEqual([{ line: 6, bib: "5", text: "3:08:00", reason: "unknownBib" }]);
});

it("keeps a saved time that has no column in the file", async () => {
  const saved = records(
    { bib: "1", net_time: "3:05:10", gun_time: "3:06:00" },
    { bib: "2", net_time: "3:05:10", gun_time: "3:06:00" },
    { bib: "3", net_time: "3:05:10", gun_time: "3:06:00" },
  );
  const { unchanged, changed } = await planFor("bib,net\n1,3:05:10\n2,3:05:09\n3,DNS\n", players(), saved);
  expect(unchanged.map(({ bib }) => bib)).toEqual(["1"]);
  expect(changed).toEqual([
    expect.objectContaining({ bib: "2", net_time: "3:05:09", gun_time: "3:06:00" }),
    expect.objectContaining({ bib: "3", status: "dns", net_time: null, gun_time: null }),
  ]);
});

it("skips all rows of a duplicate bib", async () => {
  const { added, skipped } = await planFor(
    "bib,net\n1,3:05:10\n2,3:06:00\n01,3:05:10\n1,3:05:11\n",
    players("1", "2", "01"),
    records(),
  );
  expect(added.map(({ bib }) => bib)).toEqual(["2", "01"]);
  expect(skipped).toEqual([
    expect.objectContaining({ line: 2, reason: "duplicate", otherLines: [5] }),
    expect.objectContaining({ line: 5, reason: "duplicate", otherLines: [2] }),
  ]);
});
