// The only way out: calls of the API with the device's key, to this origin alone. An answer that is not ours (a
// hotel's sign-in page, a proxy's error) is no answer.

const TIMEOUT_MS = 20_000;
const API = "/api/v1";
const WORKS = { GOODS_IN: "/devices/me/receipts", ASSEMBLE: "/devices/me/kits", STOCK_TAKE: "/devices/me/counts" };
// Refused for the key, not for what was sent.
const OF_THE_KEY = new Set(["call_not_for_devices", "scope_missing"]);

export class Unreachable extends Error {}

export class Problem extends Error {
  constructor(status, body) {
    super(`${status} ${body.code ?? ""}`);
    this.status = status;
    this.code = body.code ?? "";
    this.body = body;
  }
}

export const isOfTheKey = (error) =>
  error instanceof Problem && (error.status === 401 || (error.status === 403 && OF_THE_KEY.has(error.code)));

// Sends one call and returns {body, skew}: how far this clock is ahead of the server's, where the server said its time.
// Throws Unreachable (try again later) and Problem (the server has understood and refused).
export async function call(method, path, { key = "", json, bytes, type, once = "", timeout = TIMEOUT_MS } = {}) {
  const headers = { ...(key && { Authorization: `Bearer ${key}` }), ...(once && { "Idempotency-Key": once }) };
  // The page's own language, which may be another than the browser's.
  if (self.document) headers["Accept-Language"] = document.documentElement.lang;
  if (json !== undefined) headers["Content-Type"] = "application/json";
  if (bytes !== undefined) headers["Content-Type"] = type;
  const begun = Date.now();
  let answer;
  let body;
  try {
    answer = await fetch(`${API}${path}`, {
      method, headers, body: json !== undefined ? JSON.stringify(json) : bytes, credentials: "omit", cache: "no-store",
      redirect: "error", signal: AbortSignal.timeout(timeout),
    });
    body = await answer.json();
  } catch (cause) {
    throw new Unreachable(path, { cause });
  }
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429 && body.code) throw new Problem(answer.status, body);
  if (!answer.ok) throw new Unreachable(`${path}: ${answer.status}`);
  return { body, skew: body.server_time ? (begun + Date.now()) / 2 - Date.parse(body.server_time) : null };
}

export const sendScans = (key, scans) =>
  call("POST", "/scans", { key, json: { device_time: new Date().toISOString(), scans } });

export const sendProof = (key, proof) =>
  call("PUT", `/proofs/${proof.sha256}`, { key, bytes: proof.bytes, type: proof.type });

export const sendVisits = (key, visits) => call("POST", "/home-visits", { key, json: { visits } });
export const fetchFamilies = (key, township) =>
  call("GET", `/devices/me/families${township ? `?township=${encodeURIComponent(township)}` : ""}`, { key });

// A fact of the warehouse, under the key that makes it happen once.
export const sendWork = (key, { kind, request_id, body }) => call("POST", WORKS[kind], { key, once: request_id, json: body });

export const enrol = (json) => call("POST", "/devices/enrol", { json });
export const renewKey = (key) => call("POST", "/devices/me/key", { key });
export const fetchWarehouse = (key, timeout) => call("GET", "/devices/me/warehouse", { key, timeout });
export const askAboutMe = (key) => call("GET", "/devices/me", { key });
export const fetchPack = (key, round) => call("GET", `/rounds/${encodeURIComponent(round)}/pack`, { key });
export const lookUp = (key, code) => call("GET", `/codes/look-up/${code}`, { key, timeout: 5_000 });

// A signed-in person makes this phone a device: by the session, outside the API's keys. Null where nobody is signed in.
export async function whoIsHere() {
  try {
    const answer = await fetch("/scan/enrol-here", { headers: { Accept: "application/json" }, cache: "no-store", redirect: "error" });
    return answer.ok ? await answer.json() : null;
  } catch (cause) {
    throw new Unreachable("enrol-here", { cause });
  }
}

export async function enrolHere(token, json) {
  let answer;
  let body;
  try {
    answer = await fetch("/scan/enrol-here", {
      method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" },
      body: JSON.stringify(json), redirect: "error",
    });
    body = await answer.json();
  } catch (cause) {
    throw new Unreachable("enrol-here", { cause });
  }
  if (!answer.ok) throw new Problem(answer.status, body);
  return body;
}
