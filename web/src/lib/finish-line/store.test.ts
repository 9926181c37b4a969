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
  for (const user of [1, 2]) for (const { seq } of await store.getEntries(user)) await store.deleteEntry(seq);
});

it("returns the entries of each user in typing order", async () => {
  for (const bib of ["9", "10", "F3"]) await store.addEntry(entry(bib));
  await store.addEntry(entry("1", 2));
  expect((await store.getEntries(1)).map(({ bib }) => bib)).toEqual(["9", "10", "F3"]);
  expect((await store.getEntries(2)).map(({ bib }) => bib)).toEqual(["1"]);
});

it("rejects a second unsent entry for a bib", async () => {
  await store.addEntry(entry("9"));
  await expect(store.addEntry(entry("9"))).rejects.toBeInstanceOf(store.DuplicateBibError);
  await store.addEntry(entry("10"));
  const [, second] = await store.getEntries(1);
  const as9 = { status: "dnf", net_time: null, gun_time: null, bib: "9", name: null } as const;
  await expect(store.correctEntry(second?.seq ?? 0, as9)).rejects.toBeInstanceOf(store.DuplicateBibError);
  expect(await store.getEntries(1)).toHaveLength(2);
});

it("corrects a waiting or refused entry, but not one being sent or deleted", async () => {
  await store.addEntry(entry("9"));
  const [first] = await store.getEntries(1);
  const seq = first?.seq ?? 0;
  const dnf = { status: "dnf", net_time: null, gun_time: null, bib: "9", name: null } as const;
  await store.updateEntry(seq, { state: "refused", refusal: { kind: "not-found", detail: "" } });
  expect(await store.correctEntry(seq, dnf)).toMatchObject({ state: "waiting", status: "dnf" });
  expect((await store.getEntries(1))[0]?.refusal).toBeUndefined();
  await store.updateEntry(seq, { state: "sending" });
  expect(await store.correctEntry(seq, { ...dnf, status: "dns" })).toBeUndefined();
  await store.deleteEntry(seq);
  expect(await store.correctEntry(seq, dnf)).toBeUndefined();
  expect(await store.updateEntry(seq, { state: "waiting" })).toBeUndefined();
});
