import { milliseconds } from "$lib/format/time";

export interface Point {
  distance_m: number;
  time: string;
}

export interface Stretch extends Point {
  /** Seconds per kilometre since the previous split. */
  pace: number;
}

/** The segments between splits, up to the finish if given. */
export function stretches(points: readonly Point[], finish: Point | undefined): Stretch[] {
  const last = points.at(-1);
  const all = finish && finish.distance_m > (last?.distance_m ?? 0) ? [...points, finish] : [...points];
  return all.map((point, index) => {
    const before = all[index - 1];
    const metres = point.distance_m - (before?.distance_m ?? 0);
    const taken = milliseconds(point.time) - (before ? milliseconds(before.time) : 0);
    return { ...point, pace: taken / metres };
  });
}
