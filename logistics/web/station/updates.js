// The service worker, the memory and what this browser lacks.

import { h } from "./dom.js";
import { t } from "./words.js";

// Each page has a worker of its own: where it stands is what that one answers for.
const SCOPE = self.document?.body.dataset.scope ?? "/scan/";
const HOUR_MS = 60 * 60 * 1000;

// Registers the service worker. A new version waits until the person takes it: `offer` is given what to do then.
export async function register(offer) {
  if (!navigator.serviceWorker) return;
  let isWanted = false;
  try {
    const registration = await registered();
    const look = () => registration.waiting && navigator.serviceWorker.controller && offer(() => {
      isWanted = true;
      registration.waiting.postMessage("TAKE_OVER");
    });
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", look);
    });
    navigator.serviceWorker.addEventListener("controllerchange", () => isWanted && location.reload());
    look();
    setInterval(() => registration.update().catch(() => {}), HOUR_MS);
  } catch {
    // Without it the page still scans while it is open.
  }
}

// With modules it also sends in the background; a browser without them gets the plain one.
async function registered() {
  const options = { scope: SCOPE, updateViaCache: "none" };
  try {
    return await navigator.serviceWorker.register(`${SCOPE}worker.js?module`, { ...options, type: "module" });
  } catch {
    return navigator.serviceWorker.register(`${SCOPE}worker.js`, options);
  }
}

// Asks the browser to let the service worker send what waits, once there is a network; most cannot.
export async function askForBackground() {
  try {
    await (await navigator.serviceWorker.ready).sync.register("outbox");
  } catch {
    // The page sends it when it is opened.
  }
}

export async function askToPersist() {
  try {
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
  } catch {
    return false;
  }
}

// Names and words of what is missing here, with what to do about it.
export function lacks() {
  const found = [];
  if (!isSecureContext) found.push(["secure", t("not_secure")]);
  else if (!navigator.serviceWorker || /MicroMessenger/i.test(navigator.userAgent)) found.push(["worker", t("no_worker")]);
  return found;
}

export const noStorage = () => [
  h("h1", {}, t("title")), h("p", { class: "error", role: "alert" }, t("no_storage")),
  h("p", {}, h("a", { class: "button", href: "/scan/plain" }, t("plain"))),
];
