// The service worker keeps one version of the page, whole, and serves it whether there is a network or not. It never
// touches the API: scans go through the outbox alone. `KEPT` is written above this line by the server.

const CACHE = `${KEPT.name}-${KEPT.version}`;
const SHELL = KEPT.shell;
const FILES = new Set(KEPT.files);

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll());
});

async function keepAll() {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache, or an old shell would be kept with new files.
  await cache.addAll([SHELL, ...FILES].map((url) => new Request(url, { cache: "reload" })));
  const shell = await (await cache.match(SHELL)).text();
  if (!shell.includes(`data-version="${KEPT.version}"`)) throw new Error("The server changed meanwhile.");
}

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(`${KEPT.name}-`) && name !== CACHE).map((name) => caches.delete(name)));
  // The first page that was opened can be reloaded without a network at once.
  await self.clients.claim();
}

self.addEventListener("message", (event) => {
  if (event.data === "TAKE_OVER") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === SHELL) event.respondWith(kept(SHELL, event.request));
  else if (FILES.has(url.pathname)) event.respondWith(kept(url.pathname, event.request));
});

async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
