import type { Schemas } from "$lib/api/client";
import type { Entry } from "$lib/finish-line/entry";
import { t } from "$lib/i18n/index.svelte";
import type { OfficialRecord, Result } from "$lib/race/result";

/** A correctable result: an entry in the queue, or a saved record. */
export type Correctable = { entry: Entry; record?: never } | { entry?: never; record: OfficialRecord };

/** The exact time, with its kind unless it is the one that ranks. */
export function formatResult(
  { status, net_time, gun_time }: Result,
  race: Pick<Schemas["Marathon"], "ranked_by">,
): string {
  const ranked = race.ranked_by === "net" ? net_time : gun_time;
  const other = race.ranked_by === "net" ? gun_time : net_time;
  const otherName = race.ranked_by === "net" ? t().finish.gun : t().finish.net;
  const time = ranked ?? (other === null ? null : `${other} (${otherName})`);
  if (status === "finished") return time ?? "";
  return time === null ? t().finish.statuses[status] : `${t().finish.statuses[status]} ${time}`;
}

/** Both times with their kinds, to show how two results differ. */
export const formatFullResult = ({ status, net_time, gun_time }: Result): string =>
  [
    status !== "finished" && t().finish.statuses[status],
    net_time !== null && `${t().finish.net} ${net_time}`,
    gun_time !== null && `${t().finish.gun} ${gun_time}`,
  ]
    .filter(Boolean)
    .join(" · ");
