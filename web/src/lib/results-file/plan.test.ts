import { expect, it } from "vitest";
import type { OfficialRecord } from "$lib/finish/entry";
import { plan } from "./plan";
import { read } from "./read";

const players = (...bibs: string[]) => new Map(bibs.map((bib) => [bib, {}]));
const records = (...all: Partial<OfficialRecord>[]) =>
  new Map(
    all.map((each) => {
      const record = { status: "finished", net_time: null, gun_time: null, revision: 1, ...each } as OfficialRecord;
      return [record.bib, record];
    }),
  );
const of = async (text: string, ...race: [ReadonlyMap<string, unknown>, ReadonlyMap<string, OfficialRecord>]) =>
  plan((await read(new TextEncoder().encode(text), "net")).rows, ...race);

it("tells what is new, what stands already, and where something else stands", async () => {
  const text = "bib,net\n1,3:05:10\n2,3:06:00.5\n3,3:07:00\n4,DNF\n5,3:08:00\n";
  const stands = records(
    { bib: "2", net_time: "3:06:00.500" },
    { bib: "3", net_time: "3:07:01" },
    { bib: "4", net_time: "3:08:00" },
  );
  const { fresh, same, other, troubles } = await of(text, players("1", "2", "3", "4"), stands);
  expect(fresh).toEqual([
    { line: 2, bib: "1", text: "3:05:10", status: "finished", net_time: "3:05:10", gun_time: null },
  ]);
  expect(same.map(({ bib }) => bib)).toEqual(["2"]);
  expect(other.map(({ bib, status, stands }) => [bib, status, stands.net_time])).toEqual([
    ["3", "finished", "3:07:01"],
    ["4", "dnf", "3:08:00"],
  ]);
  expect(troubles).toEqual([{ line: 6, bib: "5", text: "3:08:00", why: "unknownBib" }]);
});

it("what the file has no column for stays as it stands", async () => {
  const stands = records(
    { bib: "1", net_time: "3:05:10", gun_time: "3:06:00" },
    { bib: "2", net_time: "3:05:10", gun_time: "3:06:00" },
    { bib: "3", net_time: "3:05:10", gun_time: "3:06:00" },
  );
  const { same, other } = await of("bib,net\n1,3:05:10\n2,3:05:09\n3,DNS\n", players(), stands);
  expect(same.map(({ bib }) => bib)).toEqual(["1"]);
  expect(other).toEqual([
    expect.objectContaining({ bib: "2", net_time: "3:05:09", gun_time: "3:06:00" }),
    expect.objectContaining({ bib: "3", status: "dns", net_time: null, gun_time: null }),
  ]);
});

it("a bib that is there more than once is nobody's", async () => {
  const { fresh, troubles } = await of(
    "bib,net\n1,3:05:10\n2,3:06:00\n01,3:05:10\n1,3:05:11\n",
    players("1", "2", "01"),
    records(),
  );
  expect(fresh.map(({ bib }) => bib)).toEqual(["2", "01"]);
  expect(troubles).toEqual([
    expect.objectContaining({ line: 2, why: "duplicate", others: [5] }),
    expect.objectContaining({ line: 5, why: "duplicate", others: [2] }),
  ]);
});
