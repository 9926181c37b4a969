import "fake-indexeddb/auto";
import { beforeEach, expect, it } from "vitest";
import * as store from "./store";

const entry = (bib: string, user_id = 1) => ({
  user_id,
  marathon_id: "m",
  bib,
  name: null,
  status: "finished" as const,
  net_time: "3:05:10",
  gun_time: null,
  typed_at: "2026-03-15T05:00:00Z",
  state: "waiting" as const,
  sent: false,
});

beforeEach(async () => {
  for (const user of [1, 2]) for (const { seq } of await store.entriesOf(user)) await store.remove(seq);
});

it("keeps the order in which entries were typed, for each user", async () => {
  for (const bib of ["9", "10", "F3"]) await store.add(entry(bib));
  await store.add(entry("1", 2));
  expect((await store.entriesOf(1)).map(({ bib }) => bib)).toEqual(["9", "10", "F3"]);
  expect((await store.entriesOf(2)).map(({ bib }) => bib)).toEqual(["1"]);
});

it("a bib waits once", async () => {
  await store.add(entry("9"));
  await expect(store.add(entry("9"))).rejects.toBeInstanceOf(store.AlreadyTyped);
  await store.add(entry("10"));
  const [, second] = await store.entriesOf(1);
  const as9 = { status: "dnf", net_time: null, gun_time: null, bib: "9", name: null } as const;
  await expect(store.correct(second?.seq ?? 0, as9)).rejects.toBeInstanceOf(store.AlreadyTyped);
  expect(await store.entriesOf(1)).toHaveLength(2);
});

it("corrects what waits, and not what is being sent or has gone", async () => {
  await store.add(entry("9"));
  const [first] = await store.entriesOf(1);
  const seq = first?.seq ?? 0;
  const dnf = { status: "dnf", net_time: null, gun_time: null, bib: "9", name: null } as const;
  await store.note(seq, { state: "refused", refusal: { kind: "not-found", detail: "" } });
  expect(await store.correct(seq, dnf)).toMatchObject({ state: "waiting", status: "dnf" });
  expect((await store.entriesOf(1))[0]?.refusal).toBeUndefined();
  await store.note(seq, { state: "sending" });
  expect(await store.correct(seq, { ...dnf, status: "dns" })).toBeUndefined();
  await store.remove(seq);
  expect(await store.correct(seq, dnf)).toBeUndefined();
  expect(await store.note(seq, { state: "waiting" })).toBeUndefined();
});
