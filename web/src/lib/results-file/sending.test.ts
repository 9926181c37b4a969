import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { OfficialRecord } from "$lib/finish/entry";
import { send, type Outcome, type Sent } from "$lib/finish/send";
import type { Item } from "./plan";
import { Sending } from "./sending.svelte";

vi.mock("$lib/finish/send", () => ({ send: vi.fn() }));

const items = (count: number): Item[] =>
  Array.from({ length: count }, (_, index) => ({
    line: index + 2,
    bib: `${index + 1}`,
    text: "",
    status: "dnf",
    net_time: null,
    gun_time: null,
  }));

/** Bibs in the order in which they reached the API, and the maximum number of concurrent requests. */
let sent: string[];
let most: number;
/** Outcomes for each bib, in order; after those it is accepted. */
let answers: Record<string, Outcome[]>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
  sent = [];
  most = 0;
  answers = {};
  let now = 0;
  vi.mocked(send).mockImplementation(async ({ bib }: Sent) => {
    most = Math.max(most, (now += 1));
    await new Promise((resolve) => setTimeout(resolve, 10));
    now -= 1;
    const outcome = answers[bib]?.shift() ?? { is: "accepted", record: {} as OfficialRecord };
    if (outcome.is === "accepted") sent.push(bib);
    return outcome;
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("sends six at once, each once, and counts them", async () => {
  const sending = new Sending("7", [...items(100), { ...items(101)[100], stands: {} } as Item]);
  sending.go();
  await vi.advanceTimersByTimeAsync(90);
  expect(sending.left).toBeGreaterThan(0);
  await vi.runAllTimersAsync();
  expect(most).toBe(6);
  expect(new Set(sent).size).toBe(101);
  expect(sending).toMatchObject({ entered: 100, corrected: 1, troubles: [], isDone: true });
});

it("a failure holds all up, a while longer each time, and nothing is lost", async () => {
  answers = { 1: [{ is: "later" }, { is: "later" }], 3: [{ is: "later" }] };
  const sending = new Sending("7", items(20));
  sending.go();
  await vi.advanceTimersByTimeAsync(500);
  expect(sent).toHaveLength(4);
  expect(sending.isWaiting).toBe(true);
  await vi.runAllTimersAsync();
  expect(sent).toHaveLength(20);
  expect(sending).toMatchObject({ entered: 20, isWaiting: false, isDone: true });
});

it("goes on at once when it is told to", async () => {
  answers = { 1: [{ is: "later" }] };
  const sending = new Sending("7", items(1));
  sending.go();
  await vi.advanceTimersByTimeAsync(20);
  expect(sending.isWaiting).toBe(true);
  sending.go();
  await vi.advanceTimersByTimeAsync(20);
  expect(sending.isDone).toBe(true);
});

it("holds, and goes on with no more at once than before", async () => {
  const sending = new Sending("7", items(50));
  sending.go();
  await vi.advanceTimersByTimeAsync(5);
  sending.hold();
  sending.go();
  sending.hold();
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toHaveLength(6);
  sending.go();
  await vi.runAllTimersAsync();
  expect(most).toBe(6);
  expect(sending.entered).toBe(50);
});

it("tells of what is refused, and ends with its page", async () => {
  const stands = { status: "finished", net_time: "3:05:10", gun_time: null, revision: 2 } as const;
  answers = {
    1: [{ is: "refused", refusal: { kind: "not-found", detail: "Nobody." } }],
    2: [{ is: "refused", refusal: { kind: "record-exists", detail: "", stands } }],
  };
  const sending = new Sending("7", items(20));
  sending.go();
  await vi.advanceTimersByTimeAsync(15);
  sending.end();
  await vi.runAllTimersAsync();
  expect(sending.troubles).toEqual([
    { line: 2, bib: "1", text: "", why: "refused", detail: "Nobody." },
    { line: 3, bib: "2", text: "", why: "stands", stands },
  ]);
  expect(sending.done).toBe(12);
});
