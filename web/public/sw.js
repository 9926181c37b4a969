// Opens the site when the network is away. The API and its documentation are never answered from here.
const CACHE = "mrmrthon-1";
/** The page of a release whose files are all kept. */
const HOME = "/";
/** The page that was loaded last; it opens without the network once its files are kept, too. */
const NEXT = "/next";
/** Scripts are asked for with an origin and kept without one; what is in them is the same. */
const SAME = { ignoreVary: true };
/** A page that takes longer than this on a bad network is opened from what is kept. */
const PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll([HOME, "/icon.svg"]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("message", (event) => {
  const files = event.data?.keep;
  if (Array.isArray(files)) event.waitUntil(keep(files).catch(() => undefined));
});

/** Keep the files of a page. When they are all here, that page is the one to open, and other releases can go. */
async function keep(files) {
  const cache = await caches.open(CACHE);
  await Promise.all(
    files.map(async (file) => {
      if (!(await cache.match(file, SAME))) await cache.add(file);
    }),
  );
  const next = await cache.match(NEXT);
  const html = await next?.clone().text();
  if (html === undefined || html === (await (await cache.match(HOME))?.text())) return;
  const first = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file]) => file);
  // A tab of the release before speaks up, too.
  if (!first.every((file) => files.includes(file))) return;
  await cache.put(HOME, next);
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    if (pathname.startsWith("/assets/") && !files.includes(pathname)) await cache.delete(url, SAME);
  }
}

/** Files whose names change with what is in them. */
async function asset(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, SAME);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

/** Every page of the site is the same file, the newest that there is. */
async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (response.ok && response.headers.get("content-type")?.includes("text/html")) {
      await cache.put(NEXT, response.clone());
      return response;
    }
    if (response.status < 500) return response;
  } catch {
    // What is kept is better than nothing.
  }
  return (await cache.match(HOME, SAME)) ?? Response.error();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || /^\/(api|docs)(\/|$)/.test(url.pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("/assets/") || url.pathname === "/icon.svg") event.respondWith(asset(request));
});
