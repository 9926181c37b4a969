/** Parses a results file (CSV) from a timing company or a spreadsheet. */
import { parseMilliseconds } from "$lib/format/time";
import { isValidBib, normalizeBib, parseResult } from "$lib/race/parse-result";
import type { Result, Status } from "$lib/race/result";

/** The file cannot be used at all. */
export class ResultsFileError extends Error {
  constructor(
    readonly kind: "unreadable" | "tooBig" | "workbook" | "empty" | "quote" | "columns",
    /** A line number, or the column names. */
    readonly detail = "",
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
export type SkipReason =
  | "bibMissing"
  | "bibShape"
  | "timeUnreadable"
  | "statusUnreadable"
  | "noResult"
  | "contradiction"
  | "netLonger"
  | "unknownBib";

/** A row that is not entered. */
export type SkippedRow = Pick<Row, "line" | "bib" | "text"> &
  (
    | { reason: SkipReason }
    | { reason: "duplicate"; otherLines: readonly number[] }
    | { reason: "changedMeanwhile"; saved: Result }
    | { reason: "refused"; detail: string }
  );

export interface ResultsFile {
  /** The columns used, with their names in the file. */
  used: readonly { column: Column; name: string }[];
  ignored: readonly string[];
  rows: readonly Row[];
  skipped: readonly SkippedRow[];
}

/** Ten thousand results take about half a megabyte. */
const MAX_BYTES = 20 * 1024 * 1024;

const startsWith = (bytes: Uint8Array, ...signature: number[]) =>
  signature.every((byte, index) => bytes[index] === byte);

/** Read a file, up to just above the limit. */
export async function readBytes(file: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(0, MAX_BYTES + 1).arrayBuffer());
  } catch {
    // Moved or changed since it was chosen, or on a drive that cannot be reached.
    throw new ResultsFileError("unreadable");
  }
}

/** Decode UTF-8, UTF-16 (Excel's "Unicode text") or EUC-KR (Korean Excel). */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length > MAX_BYTES) throw new ResultsFileError("tooBig");
  // The signatures of .xlsx (ZIP) and .xls.
  if (startsWith(bytes, 0x50, 0x4b, 3, 4) || startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0))
    throw new ResultsFileError("workbook");
  if (startsWith(bytes, 0xff, 0xfe)) return new TextDecoder("utf-16le").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("euc-kr").decode(bytes);
  }
}

/** Ignore case, spaces and punctuation in names. */
const fold = (text: string) =>
  text
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\s._#:()-]+/g, "");

/** Accepted column names. If several match, the one that comes first here is used. */
const COLUMN_NAMES: Readonly<Record<Column, readonly string[]>> = {
  bib: ["bib", "bibno", "bibnumber", "배번", "배번호", "참가번호", "number", "no", "번호"],
  net_time: ["net", "nettime", "chip", "chiptime", "네트", "네트타임", "넷", "넷타임", "칩", "칩타임"],
  gun_time: ["gun", "guntime", "clock", "clocktime", "건", "건타임", "총시간"],
  status: ["status", "상태", "결과"],
};

/** Ambiguous names: they mean the time that ranks. */
const AMBIGUOUS_TIME_NAMES = ["time", "finishtime", "기록", "시간"];

const STATUS_NAMES: ReadonlyMap<string, Status> = new Map([
  ...["finished", "finish", "finisher", "완주"].map((name) => [name, "finished"] as const),
  ...["didnotfinish", "중도포기", "포기", "기권"].map((name) => [name, "dnf"] as const),
  ...["didnotstart", "미출발", "출발안함", "불참"].map((name) => [name, "dns"] as const),
  ...["dq", "disqualified", "실격"].map((name) => [name, "dsq"] as const),
]);

function parseStatus(text: string): Status | undefined {
  const result = parseResult(text);
  return STATUS_NAMES.get(fold(text)) ?? (result?.time === null ? result.status : undefined);
}

/** The index of each column; undefined if the file has none. */
function findColumns(head: readonly string[], rankedBy: "net" | "gun"): Record<Column, number | undefined> {
  const normalized = head.map(fold);
  const find = (accepted: readonly string[]) => {
    const name = accepted.find((each) => normalized.includes(each));
    return name === undefined ? undefined : normalized.indexOf(name);
  };
  const time = (kind: "net" | "gun") =>
    find([...COLUMN_NAMES[`${kind}_time`], ...(kind === rankedBy ? AMBIGUOUS_TIME_NAMES : [])]);
  return {
    bib: find(COLUMN_NAMES.bib),
    net_time: time("net"),
    gun_time: time("gun"),
    status: find(COLUMN_NAMES.status),
  };
}

/** Empty, or a placeholder of timing systems such as 00:00:00. */
const isEmptyCell = (text: string) => /^[\s\-–—0:.,]*$/.test(text);

/** The result of a row, or why it cannot be read. */
function parseCells(
  cells: Readonly<Record<"net_time" | "gun_time" | "status", string | undefined>>,
): Result | SkipReason {
  const { status: statusCell = "" } = cells;
  const statusColumn = parseStatus(statusCell);
  if (!statusColumn && !isEmptyCell(statusCell)) return "statusUnreadable";
  const statuses = new Set<Status>(statusColumn ? [statusColumn] : []);
  const times: Record<"net_time" | "gun_time", string | null> = { net_time: null, gun_time: null };
  for (const kind of ["net_time", "gun_time"] as const) {
    const cell = cells[kind] ?? "";
    if (isEmptyCell(cell)) continue;
    const status = parseStatus(cell);
    const time = parseResult(cell)?.time ?? null;
    if (status) statuses.add(status);
    else if (time === null) return "timeUnreadable";
    else times[kind] = time;
  }
  const { net_time, gun_time } = times;
  const hasTime = net_time !== null || gun_time !== null;
  if (statuses.size > 1) return "contradiction";
  const [status = hasTime ? "finished" : undefined] = statuses;
  if (status === undefined || (status === "finished" && !hasTime)) return "noResult";
  // DNF and DNS have no times; DSQ may have.
  if (status === "dnf" || status === "dns") return { status, net_time: null, gun_time: null };
  if (net_time !== null && gun_time !== null && parseMilliseconds(net_time) > parseMilliseconds(gun_time))
    return "netLonger";
  return { status, net_time, gun_time };
}

const countLineBreaks = (text: string) => text.match(/\r\n|\r|\n/g)?.length ?? 0;

/** The non-empty rows of a text, with their line numbers. */
async function parseLines(text: string): Promise<{ line: number; cells: string[] }[]> {
  const { parse } = (await import("papaparse")).default;
  // The header decides: Papa Parse guesses wrong in short files and with empty cells.
  const columnCount = (delimiter: string) =>
    parse<string[]>(text.trimStart(), { delimiter, preview: 1 }).data[0]?.length ?? 0;
  const [delimiter = ","] = [",", ";", "\t"].sort((a, b) => columnCount(b) - columnCount(a));
  const { data, errors } = parse<string[]>(text, { delimiter });
  let nextLine = 1;
  const lines = data.map((cells) => {
    const line = nextLine;
    // A quoted cell may contain line breaks.
    nextLine += 1 + cells.reduce((count, cell) => count + countLineBreaks(cell), 0);
    return { line, cells: cells.map((cell) => cell.trim()) };
  });
  // An unclosed quote swallows the rest of the file.
  const unclosed = errors.find(({ type }) => type === "Quotes");
  if (unclosed) throw new ResultsFileError("quote", `${lines[unclosed.row ?? 0]?.line ?? 1}`);
  return lines.filter(({ cells }) => cells.some((cell) => cell !== ""));
}

/** Parse a results file. Throws ResultsFileError if it contains no results. */
export async function parseResultsFile(bytes: Uint8Array, rankedBy: "net" | "gun"): Promise<ResultsFile> {
  const [head, ...lines] = await parseLines(decodeText(bytes));
  if (!head) throw new ResultsFileError("empty");
  const columns = findColumns(head.cells, rankedBy);
  const { net_time, gun_time, status } = columns;
  if (columns.bib === undefined || (net_time ?? gun_time ?? status) === undefined)
    throw new ResultsFileError("columns", head.cells.filter(Boolean).join(", "));
  if (lines.length === 0) throw new ResultsFileError("empty");

  const rows: Row[] = [];
  const skipped: SkippedRow[] = [];
  for (const { line, cells } of lines) {
    const cell = (column: Column) => {
      const index = columns[column];
      return index === undefined ? undefined : (cells[index] ?? "");
    };
    const values = { net_time: cell("net_time"), gun_time: cell("gun_time"), status: cell("status") };
    const bib = normalizeBib(cell("bib") ?? "");
    const source = { line, bib, text: Object.values(values).filter(Boolean).join(" · ") };
    const result = bib === "" ? "bibMissing" : isValidBib(bib) ? parseCells(values) : "bibShape";
    if (typeof result === "string") skipped.push({ ...source, reason: result });
    else {
      const { status } = result;
      const timeOf = (kind: "net_time" | "gun_time") => (columns[kind] === undefined ? undefined : result[kind]);
      rows.push({ ...source, status, net_time: timeOf("net_time"), gun_time: timeOf("gun_time") });
    }
  }
  const used = (["bib", "net_time", "gun_time", "status"] as const).flatMap((column) => {
    const index = columns[column];
    return index === undefined ? [] : [{ column, name: head.cells[index] ?? "" }];
  });
  const usedIndexes = new Set(Object.values(columns));
  return { used, ignored: head.cells.filter((name, index) => name !== "" && !usedIndexes.has(index)), rows, skipped };
}
