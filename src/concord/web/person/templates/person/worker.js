// Answers for the network when there is none: the look, the public help page, and
// one page that says so. A page of a record is never kept (nothing else is put here).
"use strict";

const CACHE = "{{ cache }}";
const KEPT = {{ kept|safe }};
const OFFLINE = "{{ offline }}";

// Fetched without the cookie: what is kept is what anybody would be given.
async function keep() {
  const cache = await caches.open(CACHE);
  for (const address of KEPT) {
    const answer = await fetch(address, { credentials: "omit", cache: "reload" });
    if (!answer.ok) throw new Error("not kept");
    await cache.put(address, answer);
  }
}

async function forgetOthers() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
}

async function answer(request, path) {
  try {
    return await fetch(request);
  } catch (error) {
    const cache = await caches.open(CACHE);
    const kept = KEPT.includes(path) ? path : OFFLINE;
    const found = await cache.match(kept);
    if (found) return found;
    throw error;
  }
}

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" || KEPT.includes(address.pathname)) {
    event.respondWith(answer(event.request, address.pathname));
  }
});
