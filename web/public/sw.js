// Serves the site without a network. Never answers for the API or its documentation.
const CACHE = "mrmrthon-1";
/** The index page of the newest release whose files are all cached. */
const CURRENT_PAGE = "/";
/** The index page loaded last. It becomes CURRENT_PAGE once all files of its release are cached. */
const NEXT_PAGE = "/next";
/** Scripts are requested with an Origin header and cached without one; the content is the same. */
const IGNORE_VARY = { ignoreVary: true };
/** Milliseconds after which a slow network is given up and the cached page is used. */
const NETWORK_TIMEOUT = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll([CURRENT_PAGE, "/icon.svg"]))
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
  if (Array.isArray(files)) event.waitUntil(cacheFiles(files).catch(() => undefined));
});

/** Cache files. Once all files of NEXT_PAGE are cached, it becomes CURRENT_PAGE, and other releases are deleted. */
async function cacheFiles(files) {
  const cache = await caches.open(CACHE);
  await Promise.all(
    files.map(async (file) => {
      if (!(await cache.match(file, IGNORE_VARY))) await cache.add(file);
    }),
  );
  const nextPage = await cache.match(NEXT_PAGE);
  const html = await nextPage?.clone().text();
  if (html === undefined || html === (await (await cache.match(CURRENT_PAGE))?.text())) return;
  const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file]) => file);
  // An open tab of the previous release also sends this message.
  if (!assets.every((file) => files.includes(file))) return;
  await cache.put(CURRENT_PAGE, nextPage);
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    if (pathname.startsWith("/assets/") && !files.includes(pathname)) await cache.delete(url, IGNORE_VARY);
  }
}

/** Asset names contain a content hash, so a cached asset is never stale. */
async function respondWithAsset(request) {
  const cache = await caches.open(CACHE);
  const cached = await cache.match(request, IGNORE_VARY);
  if (cached) return cached;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

/** All paths serve the same index page: the newest from the network, else the cached one. */
async function respondWithPage(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(NETWORK_TIMEOUT) });
    if (response.ok && response.headers.get("content-type")?.includes("text/html")) {
      await cache.put(NEXT_PAGE, response.clone());
      return response;
    }
    if (response.status < 500) return response;
  } catch {
    // The network is unavailable or too slow: use the cached page.
  }
  return (await cache.match(CURRENT_PAGE, IGNORE_VARY)) ?? Response.error();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || /^\/(api|docs)(\/|$)/.test(url.pathname)) return;
  if (request.mode === "navigate") event.respondWith(respondWithPage(request));
  else if (url.pathname.startsWith("/assets/") || url.pathname === "/icon.svg")
    event.respondWith(respondWithAsset(request));
});
