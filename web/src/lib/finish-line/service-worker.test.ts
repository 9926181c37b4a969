import { beforeEach, expect, it } from "vitest";
import code from "../../../public/sw.js?raw";

const site = "https://mrmrthon.example";

/** The browser APIs that the service worker uses: a cache, a network that can fail, and events. */
class Browser {
  /** Cached bodies by path. */
  readonly cached = new Map<string, string>();
  /** Bodies that the server has now, by path; undefined while offline. */
  network: Record<string, string> | undefined;
  readonly #listeners = new Map<string, (event: unknown) => void>();

  constructor() {
    const pathOf = (target: string | { url: string }) =>
      new URL(typeof target === "string" ? target : target.url, site).pathname;
    const response = (body: string, type = "text/html") => ({
      ok: true,
      status: 200,
      headers: { get: () => type },
      text: async () => body,
      clone: () => response(body, type),
    });
    const fetch = async (target: string | { url: string }) => {
      const body = this.network?.[pathOf(target)];
      if (body === undefined) throw new TypeError("network");
      return response(body);
    };
    const cache = {
      match: async (target: string | { url: string }) => {
        const body = this.cached.get(pathOf(target));
        return body === undefined ? undefined : response(body);
      },
      put: async (target: string | { url: string }, { text }: { text: () => Promise<string> }) =>
        void this.cached.set(pathOf(target), await text()),
      add: async (target: string) => void this.cached.set(pathOf(target), await (await fetch(target)).text()),
      delete: async (target: string) => this.cached.delete(pathOf(target)),
      keys: async () => [...this.cached.keys()].map((each) => ({ url: site + each })),
      addAll: async (all: string[]) => void (await Promise.all(all.map((each) => cache.add(each)))),
    };
    const globals = {
      self: {
        addEventListener: (name: string, listener: (event: unknown) => void) => this.#listeners.set(name, listener),
        skipWaiting: async () => undefined,
      },
      caches: { open: async () => cache, keys: async () => [] },
      location: { origin: site },
      fetch,
      URL,
      AbortSignal,
      Response: { error: () => response("failed") },
    };
    new Function(...Object.keys(globals), code)(...Object.values(globals));
  }

  async #dispatch(name: string, event: object): Promise<unknown> {
    let work: Promise<unknown> | undefined;
    const capture = (promise: Promise<unknown>) => (work = promise);
    this.#listeners.get(name)?.({ ...event, waitUntil: capture, respondWith: capture });
    return work;
  }

  install = () => this.#dispatch("install", {});
  cacheFiles = (files: string[]) => this.#dispatch("message", { data: { keep: files } });
  async openPage(): Promise<string> {
    const request = { method: "GET", mode: "navigate", url: `${site}/organizer` };
    return ((await this.#dispatch("fetch", { request })) as { text: () => Promise<string> }).text();
  }
}

const release = (name: string) => ({
  "/": `<script src="/assets/${name}.js"></script>`,
  "/icon.svg": "icon",
  [`/assets/${name}.js`]: name,
  [`/assets/${name}-finish.js`]: name,
});
const files = (name: string) => [`/assets/${name}.js`, `/assets/${name}-finish.js`];
const page = (name: string) => release(name)["/"];

let browser: Browser;
beforeEach(async () => {
  browser = new Browser();
  browser.network = { ...release("one"), "/organizer": page("one") };
  await browser.install();
  await browser.cacheFiles(files("one"));
});

it("serves the cached page when offline", async () => {
  browser.network = undefined;
  expect(await browser.openPage()).toBe(page("one"));
});

it("serves the previous release if the new one is only partly cached", async () => {
  browser.network = { "/organizer": page("two"), "/assets/two.js": "two" };
  expect(await browser.openPage()).toBe(page("two"));
  await browser.cacheFiles(files("two"));
  browser.network = undefined;
  expect(await browser.openPage()).toBe(page("one"));
  expect([...browser.cached.keys()]).toEqual(expect.arrayContaining(files("one")));
});

it("deletes the previous release once the new one is cached", async () => {
  browser.network = { ...release("two"), "/organizer": page("two") };
  await browser.openPage();
  await browser.cacheFiles(files("two"));
  browser.network = undefined;
  expect(await browser.openPage()).toBe(page("two"));
  expect([...browser.cached.keys()].filter((path) => path.startsWith("/assets/"))).toEqual(files("two"));
});

it("ignores a message from a tab of the previous release", async () => {
  browser.network = { ...release("one"), ...release("two"), "/organizer": page("two") };
  await browser.openPage();
  await browser.cacheFiles(files("one"));
  browser.network = undefined;
  expect(await browser.openPage()).toBe(page("one"));
});

it("keeps all assets of the current release", async () => {
  browser.cached.set("/assets/one-participants.js", "visited");
  await browser.openPage();
  await browser.cacheFiles(files("one"));
  expect(browser.cached.has("/assets/one-participants.js")).toBe(true);
});
