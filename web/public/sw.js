// Serves the site without a network. Never answers for the API or its documentation.
const CACHE = "mrmrthon-1";
/** The index page of the newest release whose files are all cached. */
const HOME = "/";
/** The index page loaded last. It becomes HOME once all files of its release are cached. */
const NEXT = "/next";
/** Scripts are requested with an Origin header and cached without one; the content is the same. */
const SAME = { ignoreVary: true };
/** Milliseconds after which a slow network is given up and the cached page is used. */
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

/** Cache the files of a page. When all files of the NEXT page are cached, make it HOME and delete other releases. */
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
  // An open tab of the previous release also sends this message.
  if (!first.every((file) => files.includes(file))) return;
  await cache.put(HOME, next);
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    if (pathname.startsWith("/assets/") && !files.includes(pathname)) await cache.delete(url, SAME);
  }
}

/** Asset names contain a content hash, so a cached asset is never stale. */
async function asset(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, SAME);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

/** All paths serve the same index page: the newest from the network, else the cached one. */
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
    // The network is unavailable or too slow: use the cached page.
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
