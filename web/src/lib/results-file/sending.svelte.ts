/**
 * The results of a file on their way to the API, a few at once, as long as the page is open.
 *
 * Nothing is kept here of what has arrived: the race itself knows. What is sent twice, for its answer was lost, is
 * compared with what stands, and the same file chosen again goes on with what is missing.
 */
import { pause } from "$lib/finish/entry";
import { send } from "$lib/finish/send";
import { session } from "$lib/session/session.svelte";
import type { Item } from "./plan";
import type { Trouble } from "./read";

/** How many are sent at once: a browser has no more connections to a server, and a race has other readers. */
const AT_ONCE = 6;

export class Sending {
  entered = $state(0);
  corrected = $state(0);
  troubles = $state.raw<readonly Trouble[]>([]);
  isPaused = $state(false);
  /** Whether it waits for the network. */
  isWaiting = $state(false);
  readonly total: number;
  /** How long the rest takes at the pace of late, in ms; undefined until there is a pace. */
  left = $state<number>();
  readonly #marathonId: string;
  /** The last goes first. */
  readonly #rest: Item[];
  #working = 0;
  #failures = 0;
  /** Everybody waits here after a failure. */
  #gate: Promise<void> | undefined;
  /** Ends the wait for the network. */
  #retry: (() => void) | undefined;
  /** When it went on for the last time, and how much was done then. */
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

  /** Begin, or go on, at once. */
  go = (): void => {
    this.isPaused = false;
    this.#retry?.();
    this.#pace();
    while (this.#working < Math.min(AT_ONCE, this.#rest.length)) {
      this.#working += 1;
      void this.#work().finally(() => (this.#working -= 1));
    }
  };

  /** Send no more for now; what is on its way arrives. */
  hold = (): void => {
    this.isPaused = true;
    this.left = undefined;
  };

  /** Nobody waits for it any more. */
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
      // What was on its way when another failed says nothing of the network now.
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

  /** Wait a while, or until the browser has a network again. */
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

  /** What was waited for says nothing of how fast it goes. */
  #pace(): void {
    this.#since = { at: Date.now(), done: this.done };
    this.left = undefined;
  }
}

/** Wait until the user has logged in again. */
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
