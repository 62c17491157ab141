/* The worker of one door: keeps the page without anybody's data, and answers while there is no network. */
"use strict";
{% load door_tags %}
const SAID = {{ said|as_json }};
const KEPT = [SAID.shell, ...SAID.files];
const VERSION = "{{ said|fingerprint }}";
const CACHE = `${SAID.name}-${VERSION}`;
const PATIENCE = 4000;

async function keep() {
    const cache = await caches.open(CACHE);
    for (const address of KEPT) {
        const answer = await fetch(address, { credentials: "same-origin", cache: "no-cache" });
        if (!answer.ok || answer.redirected) throw new Error(address);
        await cache.put(address, answer);
    }
}

async function forgetOthers() {
    for (const name of await caches.keys()) {
        if (name.startsWith(`${SAID.name}-`) && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
}

async function page(request) {
    const kept = await caches.match(SAID.shell);
    if (!kept) return fetch(request);
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));
    return Promise.race([fetch(request).catch(() => kept), late]);
}

async function file(request) {
    return (await caches.match(request.url, { ignoreSearch: true })) || fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET") return;
    const { pathname } = new URL(request.url);
    if (request.mode === "navigate" && pathname === SAID.page) event.respondWith(page(request));
    else if (SAID.files.some((name) => new URL(name, self.location).pathname === pathname)) event.respondWith(file(request));
});
