/** Plans what to do with each row of a file, compared with the saved records. Pure functions. */
import { isSameResult, type OfficialRecord, type Result } from "$lib/race/result";
import type { Row, SkippedRow } from "./parse";

/** A result to send. */
export interface PlannedResult extends Result, Pick<Row, "line" | "bib" | "text"> {
  /** The saved record that it corrects. */
  saved?: OfficialRecord;
}

export interface Plan {
  added: readonly PlannedResult[];
  /** Rows equal to the saved record. */
  unchanged: readonly PlannedResult[];
  /** Rows that differ from the saved record. */
  changed: readonly Required<PlannedResult>[];
  skipped: readonly SkippedRow[];
}

/** The result of a row; a time that has no column in the file is taken from the saved record. */
function mergeWithSaved({ status, net_time, gun_time }: Row, saved: Result | undefined): Result {
  const hasTime = status === "finished" || status === "dsq";
  const merge = (fromFile: string | null | undefined, fromSaved: string | null | undefined) =>
    hasTime ? (fromFile === undefined ? (fromSaved ?? null) : fromFile) : null;
  return { status, net_time: merge(net_time, saved?.net_time), gun_time: merge(gun_time, saved?.gun_time) };
}

export function makePlan(
  rows: readonly Row[],
  players: ReadonlyMap<string, unknown>,
  records: ReadonlyMap<string, OfficialRecord>,
): Plan {
  const linesByBib = new Map<string, number[]>();
  for (const { bib, line } of rows) linesByBib.set(bib, [...(linesByBib.get(bib) ?? []), line]);
  const added: PlannedResult[] = [];
  const unchanged: PlannedResult[] = [];
  const changed: Required<PlannedResult>[] = [];
  const skipped: SkippedRow[] = [];
  for (const row of rows) {
    const { line, bib, text } = row;
    const source = { line, bib, text };
    const otherLines = (linesByBib.get(bib) ?? []).filter((each) => each !== line);
    const saved = records.get(bib);
    const result = { ...source, ...mergeWithSaved(row, saved) };
    if (otherLines.length > 0) skipped.push({ ...source, reason: "duplicate", otherLines });
    else if (saved) {
      if (isSameResult(result, saved)) unchanged.push(result);
      else changed.push({ ...result, saved });
    } else if (players.has(bib)) added.push(result);
    else skipped.push({ ...source, reason: "unknownBib" });
  }
  return { added, unchanged, changed, skipped };
}
