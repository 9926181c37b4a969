import { expect, it } from "vitest";
import { csv } from "$lib/csv";
import { en } from "$lib/i18n/en";
import { ko } from "$lib/i18n/ko";
import { parseResultsFile, ResultsFileError } from "./parse";

const bytes = (text: string) => new TextEncoder().encode(text);
const parseText = (text: string, rankedBy: "net" | "gun" = "net") => parseResultsFile(bytes(text), rankedBy);
const rowOf = (line: number, bib: string, net_time: string | null, status = "finished") =>
  expect.objectContaining({ line, bib, status, net_time });

it("handles a BOM, blank lines, quoted cells and unknown columns", async () => {
  const file = await parseText(
    '\uFEFFBib,Name,Chip Time\r\n\r\n"F3","Kim, ""Sol""\r\nJr.",3:05:10\r\n , ,\r\nf-4,,30510\r\n',
  );
  expect(file.rows).toEqual([rowOf(3, "F3", "3:05:10"), rowOf(6, "F-4", "3:05:10")]);
  expect(file.used).toEqual([
    { column: "bib", name: "Bib" },
    { column: "net_time", name: "Chip Time" },
  ]);
  expect(file.ignored).toEqual(["Name"]);
  expect(file.rows[0]?.gun_time).toBeUndefined();
});

it("accepts semicolons and tabs as delimiters", async () => {
  expect((await parseText("bib;net;gun\n7;0:48:25,5;0:49:00\n")).rows).toEqual([rowOf(2, "7", "0:48:25.500")]);
  expect((await parseText("bib\tnet\tname\n7\t0:48:25.5\tKim, Sol\n")).rows).toEqual([rowOf(2, "7", "0:48:25.500")]);
});

it("reads Korean in UTF-8 and EUC-KR", async () => {
  const text = "배번,이름,기록,상태\n12,김하늘,48:25,완주\n13,이바다,,중도 포기\n14,박노을,,미출발\n15,최솔,,실격\n";
  const rows = [
    rowOf(2, "12", "0:48:25"),
    rowOf(3, "13", null, "dnf"),
    rowOf(4, "14", null, "dns"),
    rowOf(5, "15", null, "dsq"),
  ];
  expect((await parseText(text)).rows).toEqual(rows);
  // 배번,기록 / 12,48:25
  const korean = [0xb9, 0xe8, 0xb9, 0xf8, 0x2c, 0xb1, 0xe2, 0xb7, 0xcf, 0x0a, ...bytes("12,48:25\n")];
  expect((await parseResultsFile(new Uint8Array(korean), "net")).rows).toEqual([rowOf(2, "12", "0:48:25")]);
});

it("reads UTF-16", async () => {
  const text = "\uFEFF배번\t기록\r\n12\t48:25\r\n";
  const units = new Uint16Array([...text].map((letter) => letter.charCodeAt(0)));
  expect((await parseResultsFile(new Uint8Array(units.buffer), "net")).rows).toEqual([rowOf(2, "12", "0:48:25")]);
});

it("takes an ambiguous time column for the time that ranks", async () => {
  expect((await parseText("배번,기록\n1,48:25\n", "gun")).rows[0]).toMatchObject({
    net_time: undefined,
    gun_time: "0:48:25",
  });
  const file = await parseText("배번,기록,네트 타임\n1,49:00,48:25\n");
  expect(file.rows[0]).toMatchObject({ net_time: "0:48:25" });
  expect(file.ignored).toEqual(["기록"]);
});

it("prefers a bib column over a number column", async () => {
  expect((await parseText("번호,배번,기록\n1,301,48:25\n")).rows).toEqual([rowOf(2, "301", "0:48:25")]);
});

it("reads the template that the page offers", async () => {
  for (const { finish, participants } of [ko, en]) {
    const head = [finish.bib, finish.netTime, finish.gunTime, participants.status];
    const file = await parseText(csv([head, ["1", "0:48:25", "0:49:00", ""]]));
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
  expect((await parseText(`bib,net,status\n1,${cells}\n`)).rows).toEqual([rowOf(2, "1", time, status)]);
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
  ["1,DNF,,finished", "contradiction"],
  ["1,3:05:11,3:05:10,", "netLonger"],
])("%s: %s", async (cells, reason) => {
  const { rows, skipped } = await parseText(`bib,net,gun,status\n${cells}\n`);
  expect(rows).toEqual([]);
  expect(skipped).toEqual([expect.objectContaining({ line: 2, reason })]);
});

it.each([
  ["", "empty", ""],
  ["\r\n\r\n", "empty", ""],
  ["bib,net\n", "empty", ""],
  ["name,net\nKim,3:05:10\n", "columns", "name, net"],
  ["bib,name\n1,Kim\n", "columns", "bib, name"],
  ['bib,net\n1,3:05:10\n2,"3:05:10\n3,3:05:10\n', "quote", "3"],
  ["PK\u0003\u0004…", "workbook", ""],
] as const)("rejects %j: %s", async (text, kind, detail) => {
  const problem = await parseText(text).catch((cause: unknown) => cause);
  expect(problem).toBeInstanceOf(ResultsFileError);
  expect(problem).toMatchObject({ kind, detail });
});
