/**
 * Sends the results of a file to the API, a few at a time, while the page is open.
 *
 * Nothing is stored about progress. A result that is sent twice because its response was lost is compared with the
 * saved record, and choosing the same file again continues with the missing results.
 */
import { retryDelay } from "$lib/finish-line/entry";
import { sendResult } from "$lib/finish-line/send";
import { session } from "$lib/session/session.svelte";
import type { SkippedRow } from "./parse";
import type { PlannedResult } from "./plan";

/** Concurrent requests: the connections that browsers open to an HTTP/1.1 server. */
const MAX_CONCURRENT_REQUESTS = 6;

export class ResultsUpload {
  entered = $state(0);
  corrected = $state(0);
  skipped = $state.raw<readonly SkippedRow[]>([]);
  isPaused = $state(false);
  isWaitingForNetwork = $state(false);
  readonly total: number;
  /** Estimated remaining milliseconds; undefined until there is an estimate. */
  remaining = $state<number>();
  readonly #marathonId: string;
  /** In reverse order: the next one is popped from the end. */
  readonly #pending: PlannedResult[];
  #workers = 0;
  #failures = 0;
  /** After a failure, all workers wait for this. */
  #gate: Promise<void> | undefined;
  /** Ends the wait for the network early. */
  #retryNow: (() => void) | undefined;
  /** When sending last started or resumed, and how many were done then. */
  #rateStart = { at: 0, done: 0 };
  #isStopped = false;

  constructor(marathonId: string, results: readonly PlannedResult[]) {
    this.#marathonId = marathonId;
    this.#pending = results.toReversed();
    this.total = results.length;
  }

  get done(): number {
    return this.entered + this.corrected + this.skipped.length;
  }

  get isDone(): boolean {
    return this.done === this.total;
  }

  /** Start, or resume immediately. */
  start = (): void => {
    this.isPaused = false;
    this.#retryNow?.();
    this.#restartEstimate();
    while (this.#workers < Math.min(MAX_CONCURRENT_REQUESTS, this.#pending.length)) {
      this.#workers += 1;
      void this.#work().finally(() => (this.#workers -= 1));
    }
  };

  /** Send no more requests; those in flight complete. */
  pause = (): void => {
    this.isPaused = true;
    this.remaining = undefined;
  };

  /** Stop for good, because the page was left. */
  stop = (): void => {
    this.#isStopped = true;
  };

  async #work(): Promise<void> {
    for (;;) {
      await this.#gate;
      const result = this.isPaused || this.#isStopped ? undefined : this.#pending.pop();
      if (!result) return;
      const outcome = await sendResult({ ...result, marathon_id: this.#marathonId }, result.saved);
      if (outcome.is === "retry" || outcome.is === "login") {
        this.#pending.push(result);
        this.#gate ??= (outcome.is === "login" ? waitForLogin() : this.#waitForNetwork()).then(() => {
          this.#gate = undefined;
          this.#restartEstimate();
        });
        continue;
      }
      // A request that was in flight when another failed proves nothing about the network now.
      if (!this.#gate) {
        this.#failures = 0;
        this.isWaitingForNetwork = false;
      }
      if (outcome.is === "refused") {
        const { line, bib, text } = result;
        const { detail, stands: saved } = outcome.refusal;
        const why = saved ? { reason: "changedMeanwhile" as const, saved } : { reason: "refused" as const, detail };
        this.skipped = [...this.skipped, { line, bib, text, ...why }];
      } else if (result.saved) this.corrected += 1;
      else this.entered += 1;
      const { at, done } = this.#rateStart;
      if (!this.isPaused && this.done > done)
        this.remaining = ((Date.now() - at) / (this.done - done)) * (this.total - this.done);
    }
  }

  /** Wait for the retry delay, or until the browser is online again. */
  #waitForNetwork(): Promise<void> {
    this.#failures += 1;
    this.isWaitingForNetwork = true;
    return new Promise((resolve) => {
      const retryNow = () => {
        clearTimeout(timer);
        removeEventListener("online", retryNow);
        resolve();
      };
      const timer = setTimeout(retryNow, retryDelay(this.#failures));
      addEventListener("online", retryNow);
      this.#retryNow = retryNow;
    });
  }

  /** Restart the estimate, so that waiting times do not count. */
  #restartEstimate(): void {
    this.#rateStart = { at: Date.now(), done: this.done };
    this.remaining = undefined;
  }
}

const waitForLogin = (): Promise<void> =>
  new Promise((resolve) => {
    const stop = $effect.root(() => {
      $effect(() => {
        if (!session.user || session.isExpired) return;
        resolve();
        queueMicrotask(() => stop());
      });
    });
  });
