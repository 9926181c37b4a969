import { expect, it } from "vitest";
import { csv } from "$lib/csv";
import { en } from "$lib/i18n/en";
import { ko } from "$lib/i18n/ko";
import { FileProblem, read } from "./read";

const bytes = (text: string) => new TextEncoder().encode(text);
const of = (text: string, rankedBy: "net" | "gun" = "net") => read(bytes(text), rankedBy);
const row = (line: number, bib: string, net_time: string | null, status = "finished") =>
  expect.objectContaining({ line, bib, status, net_time });

it("a BOM, blank lines, cells in quotes and columns that nobody needs", async () => {
  const file = await of('\uFEFFBib,Name,Chip Time\r\n\r\n"F3","Kim, ""Sol""\r\nJr.",3:05:10\r\n , ,\r\nf-4,,30510\r\n');
  expect(file.rows).toEqual([row(3, "F3", "3:05:10"), row(6, "F-4", "3:05:10")]);
  expect(file.used).toEqual([
    { column: "bib", name: "Bib" },
    { column: "net_time", name: "Chip Time" },
  ]);
  expect(file.ignored).toEqual(["Name"]);
  expect(file.rows[0]?.gun_time).toBeUndefined();
});

it("semicolons and tabs", async () => {
  expect((await of("bib;net;gun\n7;0:48:25,5;0:49:00\n")).rows).toEqual([row(2, "7", "0:48:25.500")]);
  expect((await of("bib\tnet\tname\n7\t0:48:25.5\tKim, Sol\n")).rows).toEqual([row(2, "7", "0:48:25.500")]);
});

it("Korean, in UTF-8 and as Korean Excel writes it", async () => {
  const text = "배번,이름,기록,상태\n12,김하늘,48:25,완주\n13,이바다,,중도 포기\n14,박노을,,미출발\n15,최솔,,실격\n";
  const rows = [
    row(2, "12", "0:48:25"),
    row(3, "13", null, "dnf"),
    row(4, "14", null, "dns"),
    row(5, "15", null, "dsq"),
  ];
  expect((await of(text)).rows).toEqual(rows);
  // 배번,기록 / 12,48:25
  const korean = [0xb9, 0xe8, 0xb9, 0xf8, 0x2c, 0xb1, 0xe2, 0xb7, 0xcf, 0x0a, ...bytes("12,48:25\n")];
  expect((await read(new Uint8Array(korean), "net")).rows).toEqual([row(2, "12", "0:48:25")]);
});

it("what Excel calls Unicode", async () => {
  const text = "\uFEFF배번\t기록\r\n12\t48:25\r\n";
  const units = new Uint16Array([...text].map((letter) => letter.charCodeAt(0)));
  expect((await read(new Uint8Array(units.buffer), "net")).rows).toEqual([row(2, "12", "0:48:25")]);
});

it("a time without a name is the one that ranks", async () => {
  expect((await of("배번,기록\n1,48:25\n", "gun")).rows[0]).toMatchObject({ net_time: undefined, gun_time: "0:48:25" });
  const file = await of("배번,기록,네트 타임\n1,49:00,48:25\n");
  expect(file.rows[0]).toMatchObject({ net_time: "0:48:25" });
  expect(file.ignored).toEqual(["기록"]);
});

it("a bib is the bib, and not the number of the line", async () => {
  expect((await of("번호,배번,기록\n1,301,48:25\n")).rows).toEqual([row(2, "301", "0:48:25")]);
});

it("the empty file that the page offers is understood", async () => {
  for (const { finish, participants } of [ko, en]) {
    const head = [finish.bib, finish.netTime, finish.gunTime, participants.status];
    const file = await of(csv([head, ["1", "0:48:25", "0:49:00", ""]]));
    expect(file.ignored).toEqual([]);
    expect(file.used.map(({ column }) => column)).toEqual(["bib", "net_time", "gun_time", "status"]);
  }
});

it.each([
  ["DNF,", null, "dnf"],
  ["q,", null, "dsq"],
  ["00:00:00,DNS", null, "dns"],
  ["3:05:10,dnf", null, "dnf"],
  ["3:05:10,DSQ", "3:05:10", "dsq"],
  ["3:05:10,Finished", "3:05:10", "finished"],
  ["0:48:25.5,-", "0:48:25.500", "finished"],
])("%s", async (cells, time, status) => {
  expect((await of(`bib,net,status\n1,${cells}\n`)).rows).toEqual([row(2, "1", time, status)]);
});

it.each([
  [",3:05:10,,", "bibMissing"],
  ["1 2,3:05:10,,", "bibShape"],
  ["1,fast,,", "timeUnreadable"],
  ["1,3:65:10,,", "timeUnreadable"],
  ["1,0.128587963,,", "timeUnreadable"],
  ["1,3:05:10,,constructor", "statusUnreadable"],
  ["1,,,", "noResult"],
  ["1,,,finished", "noResult"],
  ["1,DNF,,finished", "unclear"],
  ["1,3:05:11,3:05:10,", "netLonger"],
])("%s: %s", async (cells, why) => {
  const { rows, troubles } = await of(`bib,net,gun,status\n${cells}\n`);
  expect(rows).toEqual([]);
  expect(troubles).toEqual([expect.objectContaining({ line: 2, why })]);
});

it.each([
  ["", "empty", ""],
  ["\r\n\r\n", "empty", ""],
  ["bib,net\n", "empty", ""],
  ["name,net\nKim,3:05:10\n", "columns", "name, net"],
  ["bib,name\n1,Kim\n", "columns", "bib, name"],
  ['bib,net\n1,3:05:10\n2,"3:05:10\n3,3:05:10\n', "quote", "3"],
  ["PK\u0003\u0004…", "workbook", ""],
] as const)("%j is no file of results: %s", async (text, kind, about) => {
  const problem = await of(text).catch((cause: unknown) => cause);
  expect(problem).toBeInstanceOf(FileProblem);
  expect(problem).toMatchObject({ kind, about });
});
