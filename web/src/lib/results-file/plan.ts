/** Plans what to do with each row of a file, compared with the saved records. Pure functions. */
import { isSame, type OfficialRecord, type Timed } from "$lib/finish/entry";
import type { Row, Trouble } from "./read";

/** A result to send. */
export interface Item extends Timed, Pick<Row, "line" | "bib" | "text"> {
  /** The saved record that it corrects. */
  stands?: OfficialRecord;
}

export interface Plan {
  fresh: readonly Item[];
  /** Rows equal to the saved record. */
  same: readonly Item[];
  /** Rows that differ from the saved record. */
  other: readonly Required<Item>[];
  troubles: readonly Trouble[];
}

/** The result of a row; a time that has no column in the file is taken from the saved record. */
function over({ status, net_time, gun_time }: Row, stands: Timed | undefined): Timed {
  const hasTime = status === "finished" || status === "dsq";
  const time = (told: string | null | undefined, kept: string | null | undefined) =>
    hasTime ? (told === undefined ? (kept ?? null) : told) : null;
  return { status, net_time: time(net_time, stands?.net_time), gun_time: time(gun_time, stands?.gun_time) };
}

export function plan(
  rows: readonly Row[],
  players: ReadonlyMap<string, unknown>,
  records: ReadonlyMap<string, OfficialRecord>,
): Plan {
  const lines = new Map<string, number[]>();
  for (const { bib, line } of rows) lines.set(bib, [...(lines.get(bib) ?? []), line]);
  const fresh: Item[] = [];
  const same: Item[] = [];
  const other: Required<Item>[] = [];
  const troubles: Trouble[] = [];
  for (const row of rows) {
    const { line, bib, text } = row;
    const where = { line, bib, text };
    const others = (lines.get(bib) ?? []).filter((each) => each !== line);
    const stands = records.get(bib);
    const item = { ...where, ...over(row, stands) };
    if (others.length > 0) troubles.push({ ...where, why: "duplicate", others });
    else if (stands) {
      if (isSame(item, stands)) same.push(item);
      else other.push({ ...item, stands });
    } else if (players.has(bib)) fresh.push(item);
    else troubles.push({ ...where, why: "unknownBib" });
  }
  return { fresh, same, other, troubles };
}
