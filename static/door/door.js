/* The door of one session: reads codes, finds people by four digits, works without a network. */
"use strict";

(function () {
    const door = document.getElementById("door");
    const words = JSON.parse(document.getElementById("words").textContent);
    const at = (id) => document.getElementById(id);
    const say = (text, facts = {}) => text.replace(/%\((\w+)\)s/g, (_, name) => facts[name] ?? "");
    const clock = (moment) => new Date(moment).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
    const KEY = `door:${door.dataset.session}`;
    const SENT_AT_ONCE = 200;
    const SAME_CODE_AGAIN = 4000;
    const EVERY = 60000;

    /* What stays on the device: the list, and the check-ins that wait to be sent. */
    let list = null;
    let queue = [];
    let keeps = true;
    let counts = null;
    let cleared = false;

    function restore() {
        try {
            const kept = JSON.parse(localStorage.getItem(KEY) || "{}");
            list = kept.list || null;
            queue = kept.queue || [];
        } catch {
            keeps = false;
        }
    }

    function store() {
        try {
            localStorage.setItem(KEY, JSON.stringify({ list, queue }));
        } catch {
            keeps = false;
        }
    }

    function nonce() {
        const bytes = crypto.getRandomValues(new Uint8Array(16));
        return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    }

    async function sha256(text) {
        const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
        return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
    }

    /* What is said. */
    function state(text, kind = "") {
        at("state").textContent = text;
        at("state").className = `state ${kind && `state--${kind}`}`;
    }

    function answer(kind, head, text = "") {
        const box = at("answer");
        box.hidden = false;
        box.className = `answer answer--${kind}`;
        box.replaceChildren();
        const strong = document.createElement("strong");
        strong.textContent = head;
        box.append(strong, text ? ` ${text}` : "");
        if (navigator.vibrate) navigator.vibrate(kind === "success" ? 80 : [80, 60, 80]);
    }

    function show() {
        at("queue").textContent = queue.length ? say(words.waiting, { n: queue.length }) : "";
        if (list) {
            const waiting = queue.reduce((sum, scan) => sum + (scan.people || 0), 0);
            const came = counts ? counts.arrived + waiting : list.parties.reduce((sum, one) => sum + (one.arrived ? one.people : 0), 0);
            at("arrived").textContent = came;
            at("expected").textContent = list.parties.reduce((sum, one) => sum + one.people, 0);
        }
        at("kept").hidden = at("clear").hidden = !list && !queue.length;
    }

    function showConflicts(conflicts) {
        at("conflicts-card").hidden = !conflicts.length;
        at("conflicts").replaceChildren(...conflicts.map((one) => {
            const item = document.createElement("li");
            item.textContent = `${clock(one.at)} · ${one.text} · ${one.by}`;
            return item;
        }));
    }

    /* The list: fetched, checked against its signature, ended on time. */
    async function fetchList() {
        let said;
        try {
            const got = await fetch(door.dataset.list, { headers: { "X-Requested-With": "XMLHttpRequest" }, cache: "no-store" });
            if (got.status === 403 || got.redirected) return loggedOut();
            if (!got.ok) throw new Error(got.status);
            said = await got.json();
        } catch {
            state(words.offline, "warning");
            return false;
        }
        if (crypto.subtle && (await sha256(JSON.stringify(said.parties))) !== said.sha256) {
            state(words.damaged, "warning");
            return false;
        }
        counts = said.counts;
        const waiting = new Map(queue.map((scan) => [scan.id, scan.at]));
        said.parties.forEach((one) => { one.arrived = one.arrived || waiting.get(one.id) || null; });
        showConflicts(said.conflicts);
        list = { parties: said.parties, issued: said.issued, expires: said.expires, token: said.token, csrf: said.csrf };
        store();
        state(say(words.ready, { time: clock(list.issued), n: list.parties.length }) + (keeps ? "" : ` ${words.notKept}`), keeps ? "good" : "warning");
        show();
        find();
        return true;
    }

    function loggedOut() {
        state(words.logIn, "warning");
        const link = document.createElement("a");
        link.href = door.dataset.login;
        link.textContent = "→";
        at("state").append(" ", link);
        return false;
    }

    function endOnTime() {
        if (!list || Date.now() < list.expires) return;
        list = null;
        store();
        state(words.expired, "warning");
        show();
    }

    /* Check-ins: noted on the device first, then sent; each has a nonce, so that it counts once. */
    function checkIn(party, code) {
        if (party.arrived) {
            answer("warning", party.name || party.number, say(words.again, { time: clock(party.arrived) }));
            return;
        }
        const scan = { nonce: nonce(), id: party.id, at: Date.now(), people: party.people };
        if (code) scan.code = code;
        queue.push(scan);
        party.arrived = scan.at;
        store();
        const children = party.children ? `，${say(words.children, { n: party.children })}` : "";
        answer("success", `${words.welcome} ${party.name}`, say(words.people, { n: party.people }) + children);
        show();
        find();
        send();
    }

    let sending = false;
    async function send() {
        if (sending || !queue.length || !list) return;
        sending = true;
        const scans = queue.slice(0, SENT_AT_ONCE);
        try {
            const said = await post(scans);
            if (said) taken(said);
        } catch {
            state(words.offline, "warning");
        }
        sending = false;
        show();
    }

    async function post(scans) {
        const body = JSON.stringify({ token: list.token, scans: scans.map(({ nonce, code, id, at, people }) => (code ? { nonce, code, at, people } : { nonce, id, at, people })) });
        const sent = await fetch(door.dataset.scans, {
            method: "POST",
            headers: { "Content-Type": "application/json", "X-CSRFToken": list.csrf, "X-Requested-With": "XMLHttpRequest" },
            body,
        });
        /* Logged in again meanwhile: a fresh list brings a fresh signature, and the next turn sends. */
        if (sent.status === 403 || sent.status === 409 || sent.redirected) {
            await fetchList();
            return null;
        }
        if (!sent.ok) throw new Error(sent.status);
        return sent.json();
    }

    function taken(said) {
        const done = new Map(said.results.map((one) => [one.nonce, one]));
        queue = queue.filter((scan) => !done.has(scan.nonce));
        const refused = said.results.filter((one) => one.outcome !== "admitted");
        counts = said.counts;
        store();
        showConflicts(said.conflicts);
        if (refused.length) answer("error", refused.map((one) => one.text).join(" "));
        state(queue.length ? words.online : words.allSent, "good");
        if (queue.length) setTimeout(send, 0);
    }

    async function askServer(code) {
        answer("warning", words.asking);
        try {
            const said = await post([{ nonce: nonce(), code, at: Date.now() }]);
            if (!said) return answer("error", words.unknown);
            const [one] = said.results;
            counts = said.counts;
            answer(one.outcome === "admitted" ? "success" : "error", one.text);
            showConflicts(said.conflicts);
            fetchList();
        } catch {
            answer("error", words.unknown);
        }
    }

    let last = { code: "", at: 0 };
    async function scanned(code) {
        const now = Date.now();
        if (code === last.code && now - last.at < SAME_CODE_AGAIN) return;
        last = { code, at: now };
        if (!list) return answer("error", words.noList);
        const digest = (await sha256(code)).slice(0, 32);
        const party = list.parties.find((one) => one.code === digest);
        if (party) checkIn(party, code);
        else if (navigator.onLine) askServer(code);
        else answer("error", words.unknown);
    }

    /* Without a code. */
    function find() {
        const typed = at("digits").value.replace(/\s/g, "").toUpperCase();
        const found = list && typed.length >= 4 ? list.parties.filter((one) => one.digits === typed || one.number === typed) : [];
        at("found").replaceChildren(...found.map(line));
        if (typed.length >= 4 && !found.length) {
            const item = document.createElement("li");
            item.textContent = list ? words.nobody : words.noList;
            at("found").append(item);
        }
    }

    function line(party) {
        const item = document.createElement("li");
        const who = document.createElement("span");
        who.textContent = `${party.name} ${party.number} · ${say(words.people, { n: party.people })}`;
        item.append(who);
        if (party.arrived) {
            const note = document.createElement("span");
            note.className = "note";
            note.textContent = say(words.arrived, { time: clock(party.arrived) });
            item.append(note);
        } else {
            const button = document.createElement("button");
            button.type = "button";
            button.className = "button";
            button.textContent = words.checkIn;
            button.addEventListener("click", () => checkIn(party));
            item.append(button);
        }
        return item;
    }

    /* The camera: the browser's own reader of codes where it has one, else ours. */
    let stream = null;
    let turn = 0;

    async function reader() {
        if ("BarcodeDetector" in window) {
            const kinds = await BarcodeDetector.getSupportedFormats().catch(() => []);
            if (kinds.includes("qr_code")) {
                const detector = new BarcodeDetector({ formats: ["qr_code"] });
                return async (video) => (await detector.detect(video))[0]?.rawValue;
            }
        }
        await new Promise((resolve, reject) => {
            if (window.jsQR) return resolve();
            const script = document.createElement("script");
            script.src = door.dataset.reader;
            script.addEventListener("load", resolve);
            script.addEventListener("error", reject);
            document.head.append(script);
        });
        at("camera").textContent = words.ownReader;
        const canvas = document.createElement("canvas");
        const context = canvas.getContext("2d", { willReadFrequently: true });
        return async (video) => {
            const scale = Math.min(1, 640 / video.videoWidth);
            canvas.width = Math.round(video.videoWidth * scale);
            canvas.height = Math.round(video.videoHeight * scale);
            context.drawImage(video, 0, 0, canvas.width, canvas.height);
            const picture = context.getImageData(0, 0, canvas.width, canvas.height);
            return jsQR(picture.data, picture.width, picture.height)?.data;
        };
    }

    async function start() {
        const video = at("picture");
        try {
            stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
        } catch (error) {
            return without(error.name === "NotAllowedError" ? words.refusedCamera : words.noCamera);
        }
        let read;
        try {
            read = await reader();
        } catch {
            stop();
            return without(words.noReader);
        }
        video.srcObject = stream;
        video.hidden = false;
        at("start").hidden = true;
        at("stop").hidden = false;
        await video.play();
        at("camera").textContent = `${words.scanning} ${"BarcodeDetector" in window ? "" : words.ownReader}`.trim();
        const mine = ++turn;
        const look = async () => {
            if (mine !== turn || !stream) return;
            if (video.readyState >= video.HAVE_CURRENT_DATA) {
                const code = await read(video).catch(() => "");
                if (code) await scanned(code);
            }
            setTimeout(look, 120);
        };
        look();
    }

    function stop() {
        turn += 1;
        if (stream) stream.getTracks().forEach((track) => track.stop());
        stream = null;
        at("picture").hidden = at("stop").hidden = true;
        at("start").hidden = false;
        at("camera").textContent = "";
    }

    function without(text) {
        at("camera").textContent = text;
        at("start").hidden = true;
        at("digits").focus();
    }

    async function clear() {
        if (!window.confirm(queue.length ? say(words.clearLoses, { n: queue.length }) : words.clearAsk)) return;
        stop();
        cleared = true;
        list = null;
        queue = [];
        localStorage.removeItem(KEY);
        if (window.caches) {
            for (const name of await caches.keys()) if (name.startsWith(`door-${door.dataset.session}-`)) await caches.delete(name);
        }
        const worker = await navigator.serviceWorker?.getRegistration(door.dataset.scope);
        if (worker) await worker.unregister();
        at("found").replaceChildren();
        at("digits").value = "";
        at("answer").hidden = true;
        show();
        state(words.cleared, "good");
    }

    async function keepPage() {
        if (!("serviceWorker" in navigator)) return;
        try {
            await navigator.serviceWorker.register(door.dataset.worker, { scope: door.dataset.scope });
            await navigator.serviceWorker.ready;
            door.dataset.offline = "ready";
        } catch {
            door.dataset.offline = "no";
        }
    }

    async function refresh() {
        if (cleared) return;
        endOnTime();
        await send();
        if (document.visibilityState === "visible") await fetchList();
        await send();
    }

    restore();
    at("with-script").hidden = false;
    if (at("without-script")) at("without-script").hidden = true;
    endOnTime();
    show();
    if (list) state(say(words.ready, { time: clock(list.issued), n: list.parties.length }));
    else state(words.noList, "warning");
    if (!navigator.mediaDevices?.getUserMedia || !window.crypto?.subtle) without(words.noCamera);
    at("start").addEventListener("click", start);
    at("stop").addEventListener("click", stop);
    at("digits").addEventListener("input", find);
    at("clear").addEventListener("click", clear);
    window.addEventListener("online", refresh);
    window.addEventListener("offline", () => state(words.offline, "warning"));
    setInterval(refresh, EVERY);
    refresh().then(keepPage);
}());
