import { beforeEach, expect, it } from "vitest";
import code from "../../../public/sw.js?raw";

const site = "https://mrmrthon.example";

/** The browser APIs that the service worker uses: a cache, a network that can fail, and events. */
class Browser {
  /** Cached bodies by path. */
  readonly kept = new Map<string, string>();
  /** Bodies that the server has now, by path; undefined while offline. */
  network: Record<string, string> | undefined;
  readonly #listeners = new Map<string, (event: unknown) => void>();

  constructor() {
    const path = (of: string | { url: string }) => new URL(typeof of === "string" ? of : of.url, site).pathname;
    const response = (body: string, type = "text/html") => ({
      ok: true,
      status: 200,
      headers: { get: () => type },
      text: async () => body,
      clone: () => response(body, type),
    });
    const fetch = async (of: string | { url: string }) => {
      const body = this.network?.[path(of)];
      if (body === undefined) throw new TypeError("network");
      return response(body);
    };
    const cache = {
      match: async (of: string | { url: string }) => {
        const body = this.kept.get(path(of));
        return body === undefined ? undefined : response(body);
      },
      put: async (of: string | { url: string }, { text }: { text: () => Promise<string> }) =>
        void this.kept.set(path(of), await text()),
      add: async (of: string) => void this.kept.set(path(of), await (await fetch(of)).text()),
      delete: async (of: string) => this.kept.delete(path(of)),
      keys: async () => [...this.kept.keys()].map((each) => ({ url: site + each })),
      addAll: async (all: string[]) => void (await Promise.all(all.map((each) => cache.add(each)))),
    };
    const world = {
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
    new Function(...Object.keys(world), code)(...Object.values(world));
  }

  async #tell(name: string, event: object): Promise<unknown> {
    let work: Promise<unknown> | undefined;
    const take = (promise: Promise<unknown>) => (work = promise);
    this.#listeners.get(name)?.({ ...event, waitUntil: take, respondWith: take });
    return work;
  }

  install = () => this.#tell("install", {});
  keep = (files: string[]) => this.#tell("message", { data: { keep: files } });
  async open(): Promise<string> {
    const request = { method: "GET", mode: "navigate", url: `${site}/organizer` };
    return ((await this.#tell("fetch", { request })) as { text: () => Promise<string> }).text();
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
  await browser.keep(files("one"));
});

it("serves the cached page when offline", async () => {
  browser.network = undefined;
  expect(await browser.open()).toBe(page("one"));
});

it("serves the previous release if the new one is only partly cached", async () => {
  browser.network = { "/organizer": page("two"), "/assets/two.js": "two" };
  expect(await browser.open()).toBe(page("two"));
  await browser.keep(files("two"));
  browser.network = undefined;
  expect(await browser.open()).toBe(page("one"));
  expect([...browser.kept.keys()]).toEqual(expect.arrayContaining(files("one")));
});

it("deletes the previous release once the new one is cached", async () => {
  browser.network = { ...release("two"), "/organizer": page("two") };
  await browser.open();
  await browser.keep(files("two"));
  browser.network = undefined;
  expect(await browser.open()).toBe(page("two"));
  expect([...browser.kept.keys()].filter((path) => path.startsWith("/assets/"))).toEqual(files("two"));
});

it("ignores a message from a tab of the previous release", async () => {
  browser.network = { ...release("one"), ...release("two"), "/organizer": page("two") };
  await browser.open();
  await browser.keep(files("one"));
  browser.network = undefined;
  expect(await browser.open()).toBe(page("one"));
});

it("keeps all assets of the current release", async () => {
  browser.kept.set("/assets/one-participants.js", "visited");
  await browser.open();
  await browser.keep(files("one"));
  expect(browser.kept.has("/assets/one-participants.js")).toBe(true);
});
