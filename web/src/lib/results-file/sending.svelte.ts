/**
 * Sends the results of a file to the API, a few at a time, while the page is open.
 *
 * Nothing is stored about progress. A result that is sent twice because its response was lost is compared with the
 * saved record, and choosing the same file again continues with the missing results.
 */
import { pause } from "$lib/finish/entry";
import { send } from "$lib/finish/send";
import { session } from "$lib/session/session.svelte";
import type { Item } from "./plan";
import type { Trouble } from "./read";

/** Concurrent requests: the connections that browsers open to an HTTP/1.1 server. */
const AT_ONCE = 6;

export class Sending {
  entered = $state(0);
  corrected = $state(0);
  troubles = $state.raw<readonly Trouble[]>([]);
  isPaused = $state(false);
  isWaiting = $state(false);
  readonly total: number;
  /** Estimated remaining milliseconds; undefined until there is an estimate. */
  left = $state<number>();
  readonly #marathonId: string;
  /** In reverse order: the next one is popped from the end. */
  readonly #rest: Item[];
  #working = 0;
  #failures = 0;
  /** After a failure, all workers wait for this. */
  #gate: Promise<void> | undefined;
  /** Ends the wait for the network early. */
  #retry: (() => void) | undefined;
  /** When sending last started or resumed, and how many were done then. */
  #since = { at: 0, done: 0 };
  #isEnded = false;

  constructor(marathonId: string, items: readonly Item[]) {
    this.#marathonId = marathonId;
    this.#rest = items.toReversed();
    this.total = items.length;
  }

  get done(): number {
    return this.entered + this.corrected + this.troubles.length;
  }

  get isDone(): boolean {
    return this.done === this.total;
  }

  /** Start, or resume immediately. */
  go = (): void => {
    this.isPaused = false;
    this.#retry?.();
    this.#pace();
    while (this.#working < Math.min(AT_ONCE, this.#rest.length)) {
      this.#working += 1;
      void this.#work().finally(() => (this.#working -= 1));
    }
  };

  /** Send no more requests; those in flight complete. */
  hold = (): void => {
    this.isPaused = true;
    this.left = undefined;
  };

  /** Stop for good, because the page was left. */
  end = (): void => {
    this.#isEnded = true;
  };

  async #work(): Promise<void> {
    for (;;) {
      await this.#gate;
      const item = this.isPaused || this.#isEnded ? undefined : this.#rest.pop();
      if (!item) return;
      const outcome = await send({ ...item, marathon_id: this.#marathonId }, item.stands);
      if (outcome.is === "later" || outcome.is === "login") {
        this.#rest.push(item);
        this.#gate ??= (outcome.is === "login" ? loggedIn() : this.#network()).then(() => {
          this.#gate = undefined;
          this.#pace();
        });
        continue;
      }
      // A request that was in flight when another failed proves nothing about the network now.
      if (!this.#gate) {
        this.#failures = 0;
        this.isWaiting = false;
      }
      if (outcome.is === "refused") {
        const { line, bib, text } = item;
        const { detail, stands } = outcome.refusal;
        const why = stands ? { why: "stands" as const, stands } : { why: "refused" as const, detail };
        this.troubles = [...this.troubles, { line, bib, text, ...why }];
      } else if (item.stands) this.corrected += 1;
      else this.entered += 1;
      const { at, done } = this.#since;
      if (!this.isPaused && this.done > done)
        this.left = ((Date.now() - at) / (this.done - done)) * (this.total - this.done);
    }
  }

  /** Wait for the retry delay, or until the browser is online again. */
  #network(): Promise<void> {
    this.#failures += 1;
    this.isWaiting = true;
    return new Promise((resolve) => {
      const retry = () => {
        clearTimeout(timer);
        removeEventListener("online", retry);
        resolve();
      };
      const timer = setTimeout(retry, pause(this.#failures));
      addEventListener("online", retry);
      this.#retry = retry;
    });
  }

  /** Restart the estimate, so that waiting times do not count. */
  #pace(): void {
    this.#since = { at: Date.now(), done: this.done };
    this.left = undefined;
  }
}

const loggedIn = (): Promise<void> =>
  new Promise((resolve) => {
    const end = $effect.root(() => {
      $effect(() => {
        if (!session.user || session.expired) return;
        resolve();
        queueMicrotask(() => end());
      });
    });
  });
