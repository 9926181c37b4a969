/** Parses a results file (CSV) from a timing company or a spreadsheet. */
import type { Timed } from "$lib/finish/entry";
import { isBib, typedBib, typedResult, type Status } from "$lib/finish/typed";
import { milliseconds } from "$lib/format/time";

/** The file cannot be used at all. */
export class FileProblem extends Error {
  constructor(
    readonly kind: "unreadable" | "tooBig" | "workbook" | "empty" | "quote" | "columns",
    /** A line number, or the column names. */
    readonly about = "",
  ) {
    super(kind);
  }
}

export type Column = "bib" | "net_time" | "gun_time" | "status";

/** One parsed row. A time is undefined if the file has no column for it. */
export interface Row {
  line: number;
  bib: string;
  /** The cells as written in the file. */
  text: string;
  status: Status;
  net_time: string | null | undefined;
  gun_time: string | null | undefined;
}

/** Why a row is skipped. */
export type Reason =
  | "bibMissing"
  | "bibShape"
  | "timeUnreadable"
  | "statusUnreadable"
  | "noResult"
  | "unclear"
  | "netLonger"
  | "unknownBib";

/** A row that is not entered. */
export type Trouble = Pick<Row, "line" | "bib" | "text"> &
  (
    | { why: Reason }
    | { why: "duplicate"; others: readonly number[] }
    | { why: "stands"; stands: Timed }
    | { why: "refused"; detail: string }
  );

export interface ResultsFile {
  /** The columns used, with their names in the file. */
  used: readonly { column: Column; name: string }[];
  ignored: readonly string[];
  rows: readonly Row[];
  troubles: readonly Trouble[];
}

/** Ten thousand results take about half a megabyte. */
const MOST = 20 * 1024 * 1024;

const begins = (bytes: Uint8Array, ...mark: number[]) => mark.every((byte, index) => bytes[index] === byte);

/** Read a file, up to just above the limit. */
export async function bytesOf(file: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(0, MOST + 1).arrayBuffer());
  } catch {
    // Moved or changed since it was chosen, or on a drive that cannot be reached.
    throw new FileProblem("unreadable");
  }
}

/** Decode UTF-8, UTF-16 (Excel's "Unicode text") or EUC-KR (Korean Excel). */
export function textOf(bytes: Uint8Array): string {
  if (bytes.length > MOST) throw new FileProblem("tooBig");
  // The signatures of .xlsx (ZIP) and .xls.
  if (begins(bytes, 0x50, 0x4b, 3, 4) || begins(bytes, 0xd0, 0xcf, 0x11, 0xe0)) throw new FileProblem("workbook");
  if (begins(bytes, 0xff, 0xfe)) return new TextDecoder("utf-16le").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("euc-kr").decode(bytes);
  }
}

/** Ignore case, spaces and punctuation in names. */
const folded = (text: string) =>
  text
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\s._#:()-]+/g, "");

/** Accepted column names. If several match, the one that comes first here is used. */
const names: Readonly<Record<Column, readonly string[]>> = {
  bib: ["bib", "bibno", "bibnumber", "배번", "배번호", "참가번호", "number", "no", "번호"],
  net_time: ["net", "nettime", "chip", "chiptime", "네트", "네트타임", "넷", "넷타임", "칩", "칩타임"],
  gun_time: ["gun", "guntime", "clock", "clocktime", "건", "건타임", "총시간"],
  status: ["status", "상태", "결과"],
};

/** Ambiguous names: they mean the time that ranks. */
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

/** The index of each column; undefined if the file has none. */
function placesOf(head: readonly string[], rankedBy: "net" | "gun"): Record<Column, number | undefined> {
  const given = head.map(folded);
  const find = (wanted: readonly string[]) => {
    const name = wanted.find((each) => given.includes(each));
    return name === undefined ? undefined : given.indexOf(name);
  };
  const time = (kind: "net" | "gun") => find([...names[`${kind}_time`], ...(kind === rankedBy ? unnamed : [])]);
  return { bib: find(names.bib), net_time: time("net"), gun_time: time("gun"), status: find(names.status) };
}

/** Empty, or a placeholder of timing systems such as 00:00:00. */
const isNothing = (text: string) => /^[\s\-–—0:.,]*$/.test(text);

/** The result of a row, or why it cannot be read. */
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
  // DNF and DNS have no times; DSQ may have.
  if (status === "dnf" || status === "dns") return { status, net_time: null, gun_time: null };
  if (net_time !== null && gun_time !== null && milliseconds(net_time) > milliseconds(gun_time)) return "netLonger";
  return { status, net_time, gun_time };
}

const breaks = (text: string) => text.match(/\r\n|\r|\n/g)?.length ?? 0;

/** The non-empty rows of a text, with their line numbers. */
async function linesOf(text: string): Promise<{ line: number; cells: string[] }[]> {
  const { parse } = (await import("papaparse")).default;
  // The header decides: Papa Parse guesses wrong in short files and with empty cells.
  const head = (delimiter: string) => parse<string[]>(text.trimStart(), { delimiter, preview: 1 }).data[0]?.length ?? 0;
  const [delimiter = ","] = [",", ";", "\t"].sort((a, b) => head(b) - head(a));
  const { data, errors } = parse<string[]>(text, { delimiter });
  let next = 1;
  const lines = data.map((cells) => {
    const line = next;
    // A quoted cell may contain line breaks.
    next += 1 + cells.reduce((count, cell) => count + breaks(cell), 0);
    return { line, cells: cells.map((cell) => cell.trim()) };
  });
  // An unclosed quote swallows the rest of the file.
  const open = errors.find(({ type }) => type === "Quotes");
  if (open) throw new FileProblem("quote", `${lines[open.row ?? 0]?.line ?? 1}`);
  return lines.filter(({ cells }) => cells.some((cell) => cell !== ""));
}

/** Parse a results file. Throws FileProblem if it contains no results. */
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
