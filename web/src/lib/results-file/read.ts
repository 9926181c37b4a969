/** A file of results, as a timing company or a spreadsheet writes it. Nothing here knows the race. */
import type { Timed } from "$lib/finish/entry";
import { isBib, typedBib, typedResult, type Status } from "$lib/finish/typed";
import { milliseconds } from "$lib/format/time";

/** Why nothing of a file can be used. */
export class FileProblem extends Error {
  constructor(
    readonly kind: "unreadable" | "tooBig" | "workbook" | "empty" | "quote" | "columns",
    /** What it is about: the number of a line, or the columns that there are. */
    readonly about = "",
  ) {
    super(kind);
  }
}

export type Column = "bib" | "net_time" | "gun_time" | "status";

/** What the file says of a bib. A time is undefined when the file has no column for it. */
export interface Row {
  line: number;
  bib: string;
  /** As it is written in the file. */
  text: string;
  status: Status;
  net_time: string | null | undefined;
  gun_time: string | null | undefined;
}

/** Why a line isn't entered, where there is nothing more to say. */
export type Reason =
  | "bibMissing"
  | "bibShape"
  | "timeUnreadable"
  | "statusUnreadable"
  | "noResult"
  | "unclear"
  | "netLonger"
  | "unknownBib";

/** A line that isn't entered, and why. */
export type Trouble = Pick<Row, "line" | "bib" | "text"> &
  (
    | { why: Reason }
    | { why: "duplicate"; others: readonly number[] }
    | { why: "stands"; stands: Timed }
    | { why: "refused"; detail: string }
  );

export interface ResultsFile {
  /** Each column that is used, by what it is called in the file. */
  used: readonly { column: Column; name: string }[];
  ignored: readonly string[];
  rows: readonly Row[];
  troubles: readonly Trouble[];
}

/** Ten thousand results are about half a megabyte. */
const MOST = 20 * 1024 * 1024;

const begins = (bytes: Uint8Array, ...mark: number[]) => mark.every((byte, index) => bytes[index] === byte);

/** The bytes of a file, or as many as are enough to see that it is too big. */
export async function bytesOf(file: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(0, MOST + 1).arrayBuffer());
  } catch {
    // It was moved or changed since it was chosen, or is somewhere that can't be reached.
    throw new FileProblem("unreadable");
  }
}

/** The text of a file: UTF-8, or what Excel writes in its place. */
export function textOf(bytes: Uint8Array): string {
  if (bytes.length > MOST) throw new FileProblem("tooBig");
  // .xlsx is an archive, .xls is older than that.
  if (begins(bytes, 0x50, 0x4b, 3, 4) || begins(bytes, 0xd0, 0xcf, 0x11, 0xe0)) throw new FileProblem("workbook");
  if (begins(bytes, 0xff, 0xfe)) return new TextDecoder("utf-16le").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("euc-kr").decode(bytes);
  }
}

/** Without what differs from one spreadsheet to the next. */
const folded = (text: string) =>
  text
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\s._#:()-]+/g, "");

/** What columns are called. Of several that fit, the one whose name comes first here is meant. */
const names: Readonly<Record<Column, readonly string[]>> = {
  bib: ["bib", "bibno", "bibnumber", "배번", "배번호", "참가번호", "number", "no", "번호"],
  net_time: ["net", "nettime", "chip", "chiptime", "네트", "네트타임", "넷", "넷타임", "칩", "칩타임"],
  gun_time: ["gun", "guntime", "clock", "clocktime", "건", "건타임", "총시간"],
  status: ["status", "상태", "결과"],
};

/** Names that leave open which time it is: it is the one that ranks. */
const unnamed = ["time", "finishtime", "기록", "시간"];

const statuses: ReadonlyMap<string, Status> = new Map([
  ...["finished", "finish", "finisher", "완주"].map((name) => [name, "finished"] as const),
  ...["didnotfinish", "중도포기", "포기", "기권"].map((name) => [name, "dnf"] as const),
  ...["didnotstart", "미출발", "출발안함", "불참"].map((name) => [name, "dns"] as const),
  ...["dq", "disqualified", "실격"].map((name) => [name, "dsq"] as const),
]);

function statusOf(text: string): Status | undefined {
  const typed = typedResult(text);
  return statuses.get(folded(text)) ?? (typed?.time === null ? typed.status : undefined);
}

/** Where each column is; undefined where the file has none. */
function placesOf(head: readonly string[], rankedBy: "net" | "gun"): Record<Column, number | undefined> {
  const given = head.map(folded);
  const find = (wanted: readonly string[]) => {
    const name = wanted.find((each) => given.includes(each));
    return name === undefined ? undefined : given.indexOf(name);
  };
  const time = (kind: "net" | "gun") => find([...names[`${kind}_time`], ...(kind === rankedBy ? unnamed : [])]);
  return { bib: find(names.bib), net_time: time("net"), gun_time: time("gun"), status: find(names.status) };
}

/** Nothing, or what timing systems write in the place of nothing, such as 00:00:00. */
const isNothing = (text: string) => /^[\s\-–—0:.,]*$/.test(text);

/** What the cells of a line say, or why they say nothing. */
function resultOf(cells: Readonly<Record<"net_time" | "gun_time" | "status", string | undefined>>): Timed | Reason {
  const { status: inWords = "" } = cells;
  const named = statusOf(inWords);
  if (!named && !isNothing(inWords)) return "statusUnreadable";
  const said = new Set<Status>(named ? [named] : []);
  const times: Record<"net_time" | "gun_time", string | null> = { net_time: null, gun_time: null };
  for (const kind of ["net_time", "gun_time"] as const) {
    const cell = cells[kind] ?? "";
    if (isNothing(cell)) continue;
    const status = statusOf(cell);
    const time = typedResult(cell)?.time ?? null;
    if (status) said.add(status);
    else if (time === null) return "timeUnreadable";
    else times[kind] = time;
  }
  const { net_time, gun_time } = times;
  const hasTime = net_time !== null || gun_time !== null;
  if (said.size > 1) return "unclear";
  const [status = hasTime ? "finished" : undefined] = said;
  if (status === undefined || (status === "finished" && !hasTime)) return "noResult";
  // Who did not finish has no time; who is disqualified may have one.
  if (status === "dnf" || status === "dns") return { status, net_time: null, gun_time: null };
  if (net_time !== null && gun_time !== null && milliseconds(net_time) > milliseconds(gun_time)) return "netLonger";
  return { status, net_time, gun_time };
}

const breaks = (text: string) => text.match(/\r\n|\r|\n/g)?.length ?? 0;

/** The lines of a text that have anything in them, with their numbers. */
async function linesOf(text: string): Promise<{ line: number; cells: string[] }[]> {
  const { parse } = (await import("papaparse")).default;
  // The names of the columns tell; the parser's own guess goes wrong where there are few lines, or empty ones.
  const head = (delimiter: string) => parse<string[]>(text.trimStart(), { delimiter, preview: 1 }).data[0]?.length ?? 0;
  const [delimiter = ","] = [",", ";", "\t"].sort((a, b) => head(b) - head(a));
  const { data, errors } = parse<string[]>(text, { delimiter });
  let next = 1;
  const lines = data.map((cells) => {
    const line = next;
    // A cell in quotes may be longer than a line.
    next += 1 + cells.reduce((count, cell) => count + breaks(cell), 0);
    return { line, cells: cells.map((cell) => cell.trim()) };
  });
  // A quote that is never closed makes a cell of all that follows.
  const open = errors.find(({ type }) => type === "Quotes");
  if (open) throw new FileProblem("quote", `${lines[open.row ?? 0]?.line ?? 1}`);
  return lines.filter(({ cells }) => cells.some((cell) => cell !== ""));
}

/** Read a file of results. Throws FileProblem when there are none in it. */
export async function read(bytes: Uint8Array, rankedBy: "net" | "gun"): Promise<ResultsFile> {
  const [head, ...lines] = await linesOf(textOf(bytes));
  if (!head) throw new FileProblem("empty");
  const places = placesOf(head.cells, rankedBy);
  const { net_time, gun_time, status } = places;
  if (places.bib === undefined || (net_time ?? gun_time ?? status) === undefined)
    throw new FileProblem("columns", head.cells.filter(Boolean).join(", "));
  if (lines.length === 0) throw new FileProblem("empty");

  const rows: Row[] = [];
  const troubles: Trouble[] = [];
  for (const { line, cells } of lines) {
    const cell = (column: Column) => {
      const place = places[column];
      return place === undefined ? undefined : (cells[place] ?? "");
    };
    const given = { net_time: cell("net_time"), gun_time: cell("gun_time"), status: cell("status") };
    const bib = typedBib(cell("bib") ?? "");
    const where = { line, bib, text: Object.values(given).filter(Boolean).join(" · ") };
    const result = bib === "" ? "bibMissing" : isBib(bib) ? resultOf(given) : "bibShape";
    if (typeof result === "string") troubles.push({ ...where, why: result });
    else {
      const { status } = result;
      const told = (kind: "net_time" | "gun_time") => (places[kind] === undefined ? undefined : result[kind]);
      rows.push({ ...where, status, net_time: told("net_time"), gun_time: told("gun_time") });
    }
  }
  const used = (["bib", "net_time", "gun_time", "status"] as const).flatMap((column) => {
    const place = places[column];
    return place === undefined ? [] : [{ column, name: head.cells[place] ?? "" }];
  });
  const taken = new Set(Object.values(places));
  return { used, ignored: head.cells.filter((name, place) => name !== "" && !taken.has(place)), rows, troubles };
}
