import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { sendResult, type BibResult, type Outcome } from "$lib/finish-line/send";
import type { OfficialRecord } from "$lib/race/result";
import type { PlannedResult } from "./plan";
import { ResultsUpload } from "./upload.svelte";

vi.mock("$lib/finish-line/send", () => ({ sendResult: vi.fn() }));

const results = (count: number): PlannedResult[] =>
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
let maxConcurrent: number;
/** Outcomes for each bib, in order; after those it is accepted. */
let outcomes: Record<string, Outcome[]>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
  sent = [];
  maxConcurrent = 0;
  outcomes = {};
  let inFlight = 0;
  vi.mocked(sendResult).mockImplementation(async ({ bib }: BibResult) => {
    maxConcurrent = Math.max(maxConcurrent, (inFlight += 1));
    await new Promise((resolve) => setTimeout(resolve, 10));
    inFlight -= 1;
    const outcome = outcomes[bib]?.shift() ?? { is: "accepted", record: {} as OfficialRecord };
    if (outcome.is === "accepted") sent.push(bib);
    return outcome;
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("sends six at a time, each once, and counts them", async () => {
  const upload = new ResultsUpload("7", [...results(100), { ...results(101)[100], saved: {} } as PlannedResult]);
  upload.start();
  await vi.advanceTimersByTimeAsync(90);
  expect(upload.remaining).toBeGreaterThan(0);
  await vi.runAllTimersAsync();
  expect(maxConcurrent).toBe(6);
  expect(new Set(sent).size).toBe(101);
  expect(upload).toMatchObject({ entered: 100, corrected: 1, skipped: [], isDone: true });
});

it("all workers back off after a failure, and no result is lost", async () => {
  outcomes = { 1: [{ is: "retry" }, { is: "retry" }], 3: [{ is: "retry" }] };
  const upload = new ResultsUpload("7", results(20));
  upload.start();
  await vi.advanceTimersByTimeAsync(500);
  expect(sent).toHaveLength(4);
  expect(upload.isWaitingForNetwork).toBe(true);
  await vi.runAllTimersAsync();
  expect(sent).toHaveLength(20);
  expect(upload).toMatchObject({ entered: 20, isWaitingForNetwork: false, isDone: true });
});

it("start() ends the wait for the network", async () => {
  outcomes = { 1: [{ is: "retry" }] };
  const upload = new ResultsUpload("7", results(1));
  upload.start();
  await vi.advanceTimersByTimeAsync(20);
  expect(upload.isWaitingForNetwork).toBe(true);
  upload.start();
  await vi.advanceTimersByTimeAsync(20);
  expect(upload.isDone).toBe(true);
});

it("pauses and resumes without exceeding the concurrency limit", async () => {
  const upload = new ResultsUpload("7", results(50));
  upload.start();
  await vi.advanceTimersByTimeAsync(5);
  upload.pause();
  upload.start();
  upload.pause();
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toHaveLength(6);
  upload.start();
  await vi.runAllTimersAsync();
  expect(maxConcurrent).toBe(6);
  expect(upload.entered).toBe(50);
});

it("reports refused results, and stops", async () => {
  const saved = { status: "finished", net_time: "3:05:10", gun_time: null, revision: 2 } as const;
  outcomes = {
    1: [{ is: "refused", refusal: { kind: "not-found", detail: "Nobody." } }],
    2: [{ is: "refused", refusal: { kind: "record-exists", detail: "", stands: saved } }],
  };
  const upload = new ResultsUpload("7", results(20));
  upload.start();
  await vi.advanceTimersByTimeAsync(15);
  upload.stop();
  await vi.runAllTimersAsync();
  expect(upload.skipped).toEqual([
    { line: 2, bib: "1", text: "", reason: "refused", detail: "Nobody." },
    { line: 3, bib: "2", text: "", reason: "changedMeanwhile", saved },
  ]);
  expect(upload.done).toBe(12);
});
