import { parseMilliseconds } from "$lib/format/time";

export interface Split {
  distance_m: number;
  time: string;
}

export interface Segment extends Split {
  /** Seconds per kilometre since the previous split. */
  pace: number;
}

/** The segments between splits, up to the finish if given. */
export function toSegments(splits: readonly Split[], finish: Split | undefined): Segment[] {
  const last = splits.at(-1);
  const all = finish && finish.distance_m > (last?.distance_m ?? 0) ? [...splits, finish] : [...splits];
  return all.map((split, index) => {
    const previous = all[index - 1];
    const metres = split.distance_m - (previous?.distance_m ?? 0);
    const elapsed = parseMilliseconds(split.time) - (previous ? parseMilliseconds(previous.time) : 0);
    return { ...split, pace: elapsed / metres };
  });
}
