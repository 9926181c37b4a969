// Opens the site when the network is away. The API and its documentation are never answered from here.
const CACHE = "mrmrthon-1";
const HOME = "/";
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
  if (!Array.isArray(files)) return;
  event.waitUntil(
    caches.open(CACHE).then((cache) =>
      Promise.all(
        files.map(async (file) => {
          if (!(await cache.match(file, SAME))) await cache.add(file).catch(() => undefined);
        }),
      ),
    ),
  );
});

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
      await cache.put(HOME, response.clone());
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
