// Brings the outbox to the server: at the start, when the network comes back, when the page is looked at again, by the
// clock, and after each scan. One tab sends at a time; after a failure the next try waits longer.

import { keep } from "./database.js";
import { isOfTheKey, Problem, sendProof, sendScans, sendWork } from "./door.js";
import { confirmProof, proofsToSend, refuse, refuseProof, settle, waiting } from "./outbox.js";
import { sendAllVisits } from "./visit-sync.js";
import { nextWork, refuseWork, settleWork } from "./works.js";

const BATCH_MAX = 200;
const RETRY_MS_MIN = 2_000;
const RETRY_MS_MAX = 60_000;
const LOOK_MS = 30_000;
const LOCK = "nuanliu-scan-outbox";
// The whole call was refused, so that one scan in it may be the reason.
const UNDERSTOOD = new Set([400, 413, 415, 422]);

export class Sync {
  // `device` returns the device with its key, `tell` hears {kind, ...} of what happens.
  constructor({ device, tell }) {
    this.device = device;
    this.tell = tell;
    this.failures = 0;
    this.isReachable = navigator.onLine;
    this.running = null;
    this.wantsMore = false;
    this.timer = 0;
  }

  start() {
    const afresh = () => { this.failures = 0; this.push(); };
    addEventListener("online", afresh);
    addEventListener("offline", () => { this.isReachable = false; this.tell({ kind: "OFFLINE" }); });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && afresh());
    afresh();
  }

  // Sends what waits. Calls that come while it runs make it look once more.
  push() {
    if (this.running) {
      this.wantsMore = true;
      return this.running;
    }
    clearTimeout(this.timer);
    this.running = this.#alone().finally(() => {
      this.running = null;
      this.#plan();
    });
    return this.running;
  }

  // Sends what waits once, for who comes and goes like the service worker.
  once() {
    return this.#alone();
  }

  // A new scan waits for its turn when the last try has failed: the timer comes.
  nudge() {
    return this.failures ? Promise.resolve() : this.push();
  }

  async #alone() {
    if (!navigator.locks) return this.#send();
    return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? this.#send() : undefined));
  }

  #plan() {
    const again = this.wantsMore && !this.failures;
    this.wantsMore = false;
    if (again) return void this.push();
    const pause = this.failures ? Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** (this.failures - 1)) : LOOK_MS;
    // Many devices that lost the same network do not come back in step.
    this.timer = setTimeout(() => this.push(), pause * (0.75 + Math.random() / 2));
  }

  async #send() {
    try {
      const device = this.device();
      if (!device?.key) return;
      await this.#sendScans(device.key);
      await this.#sendProofs(device.key);
      // Last: a request that a dying server has claimed is answered a minute later, and holds up no photo.
      await this.#sendWorks(device.key);
      await sendAllVisits(device.key, this.tell);
      this.failures = 0;
    } catch (error) {
      this.#failed(error);
    }
  }

  async #sendScans(key) {
    let most = BATCH_MAX;
    for (let batch = await waiting(most); batch.length; batch = await waiting(most)) {
      try {
        const { body, skew } = await sendScans(key, batch.map((record) => record.body));
        this.#reached(skew, body.server_time);
        const settled = await settle(answersIn(body, batch));
        this.tell({ kind: "SETTLED", settled });
        // A server that answers for none of them would be asked for ever.
        if (!settled.length) return;
      } catch (error) {
        if (!(error instanceof Problem) || !UNDERSTOOD.has(error.status)) throw error;
        if (batch.length === 1) await refuse(batch[0], { status: error.status, code: error.code, body: error.body });
        most = batch.length === 1 ? BATCH_MAX : Math.ceil(batch.length / 2);
        this.tell({ kind: "REFUSED" });
      }
    }
  }

  // One after the other: what was received first is there for the kits that were made of it.
  async #sendWorks(key) {
    for (let record = await nextWork(); record; record = await nextWork()) {
      try {
        const { body } = await sendWork(key, record);
        await settleWork(record, body);
        this.tell({ kind: "WORKED", record, answer: body });
      } catch (error) {
        // Under way already means: ask again later. Any other refusal is for a person.
        if (!(error instanceof Problem) || isOfTheKey(error) || error.code === "idempotency_key_in_use") throw error;
        const problem = { status: error.status, code: error.code, words: error.body.detail ?? "" };
        await refuseWork(record, problem);
        this.tell({ kind: "WORK_REFUSED", record: { ...record, problem } });
      }
    }
  }

  async #sendProofs(key) {
    for (const proof of await proofsToSend()) {
      try {
        await sendProof(key, proof);
        await confirmProof(proof.sha256);
        this.tell({ kind: "PROOF_SENT" });
      } catch (error) {
        // Bytes that the server refuses stay on the device; they hold up neither scans nor other bytes.
        if (!(error instanceof Problem) || isOfTheKey(error)) throw error;
        if (UNDERSTOOD.has(error.status)) await refuseProof(proof.sha256, { status: error.status, code: error.code });
        this.tell({ kind: "REFUSED" });
      }
    }
  }

  #reached(skew, serverTime) {
    this.isReachable = true;
    if (skew !== null) {
      keep("clock", { skew, server: Date.parse(serverTime), device: Date.now() }).catch(() => {});
      this.tell({ kind: "CLOCK", skew });
    }
  }

  #failed(error) {
    this.failures += 1;
    this.isReachable = error instanceof Problem;
    this.tell({ kind: isOfTheKey(error) ? "KEY_REFUSED" : "FAILED", error });
  }
}

// Pairs answers with scans. A repeat is answered by what the first was told.
function answersIn(body, batch) {
  const sent = new Set(batch.map((record) => record.scan_id));
  const answers = new Map();
  for (const answer of Array.isArray(body.outcomes) ? body.outcomes : []) {
    if (!sent.has(answer?.scan_id) || typeof answer.outcome !== "string") continue;
    const first = answer.outcome === "REPEATED" ? answer.facts?.first_outcome ?? "RECORDED" : answer.outcome;
    answers.set(answer.scan_id, { ...answer, outcome: first, repeated: first !== answer.outcome });
  }
  return answers;
}
