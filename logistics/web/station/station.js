// What happens between a code that was read and the answer on the screen. It knows no elements: it is given a screen
// with show(), banner() and what asks people for reasons and proofs.

import { stamp, newId } from "./clock.js";
import { isGoodsCode } from "./codes.js";
import { keep, read as readSetting } from "./database.js";
import * as device from "./device.js";
import { lookUp } from "./door.js";
import { toneOf } from "./feedback.js";
import { cardFits, judge, read } from "./judge.js";
import { asksForLot, LOT_LABEL } from "./lots.js";
import * as outbox from "./outbox.js";

// How long a scan may wait for the server before the device says "taken" by itself.
const ANSWER_MS = 400;
export const STEPS = ["LOOK", "PACK", "SEAL", "DISPATCH", "RECEIVE", "HAND_OVER"];
export const MORE_STEPS = ["ATTEMPT", "REFUSE", "RETURN", "INSPECT", "DAMAGE", "LOSE", "FIND"];
export const REASONS = {
  ATTEMPT: ["NOT_HOME", "WRONG_ADDRESS", "TOO_FAR", "SHORT", "OTHER"], REFUSE: ["REFUSED", "DAMAGED", "SHORT", "OTHER"],
  DAMAGE: ["DAMAGED", "OTHER"], LOSE: ["LOST", "OTHER"],
};
// Answers that stay on the list although they were shown: somebody has to act.
const FOR_A_PERSON = new Set(["DISPUTED", "MALFORMED", "PROOF_MISSING"]);

export class Station {
  constructor({ place, screen, sync }) {
    Object.assign(this, { place, screen, sync });
    this.step = "LOOK";
    this.reason = "";
    // The day on which a family that was not at home is tried again.
    this.nextTry = "";
    this.operator = null;
    this.pack = null;
    this.session = 0;
    this.catcher = null;
    this.shown = null;
    this.line = Promise.resolve();
  }

  async choose(step, reason = "", nextTry = "") {
    Object.assign(this, { step, reason, nextTry, session: 0 });
    await keep("step", { step, reason, nextTry });
  }

  async resume() {
    const kept = await readSetting("step");
    if (kept && [...STEPS, ...MORE_STEPS].includes(kept.step)) Object.assign(this, kept);
  }

  // Takes what a camera, a scanner or a person read; one after the other, in order.
  take(text) {
    if (this.catcher) return Promise.resolve(this.catcher(text.trim()));
    this.line = this.line.then(() => this.#take(text.trim())).catch((error) => this.#failed(error));
    return this.line;
  }

  async #take(text) {
    if (isGoodsCode(text)) return this.#say({ outcome: "GOODS_CODE", text });
    const found = read(text, this.place);
    if (found.outcome) return this.#say({ outcome: found.outcome, text });
    if (this.step === "LOOK") return this.#lookUp(found);
    if (found.kind === "HOUSEHOLD_CARD") return this.#say({ outcome: "CARD_FIRST", code: found.code });
    if (found.kind === "LOT" && this.step === "PACK") return this.#say({ outcome: "LOT_FIRST", code: found.code });
    if (found.kind !== "PARCEL") return this.#say({ outcome: "NOT_A_PARCEL", code: found.code });
    return this.#stepOn(found.code);
  }

  async #stepOn(code, { isConfirmed = false } = {}) {
    const { step } = this;
    const verdict = await judge({ code, step, pack: this.pack, isConfirmed });
    if (verdict.outcome === "NOT_ON_ROUND") {
      return this.#say({ ...verdict, code, step, confirm: () => this.confirm(code) });
    }
    let extra = { fields: {}, proofs: [] };
    if (step === "HAND_OVER" && verdict.outcome === null) {
      extra = await this.#gather(code, verdict.parcel);
      if (!extra) return this.screen.idle();
      if (extra.isWrongFamily) verdict.outcome = "WRONG_HOUSEHOLD";
    }
    if (step === "PACK" && verdict.outcome === null) {
      extra = await this.#gatherLot(code, verdict.parcel);
      if (!extra) return this.screen.idle();
      if (extra.isWrong) verdict.outcome = "WRONG_LOT";
    }
    return this.#record({ code, step, verdict, ...extra });
  }

  // A person has looked at a parcel that is not on the list and wants it recorded all the same.
  confirm(code) {
    this.line = this.line.then(() => this.#stepOn(code, { isConfirmed: true })).catch((error) => this.#failed(error));
    return this.line;
  }

  // Asks for the label of a dated lot; null where the person turned back.
  async #gatherLot(code, parcel) {
    if (!asksForLot(parcel, await readSetting("asks_for_lots"))) return { fields: {}, proofs: [] };
    const given = await this.screen.askForLot({ code, parcel, catchCodes: (catcher) => { this.catcher = catcher; } });
    return given && { proofs: [], ...given };
  }

  // Asks for the proofs that this parcel's programme wants; null where the person turned back.
  async #gather(code, parcel) {
    const wanted = parcel?.required_proofs ?? (await readSetting("usual_proofs")) ?? [];
    const kinds = [...new Set([...wanted, ...(parcel?.needs_two ? ["TWO_PERSONS"] : [])])].filter((kind) => kind !== LOT_LABEL);
    if (!kinds.length) return { fields: {}, proofs: [] };
    // Two persons are two names: the first must be known too.
    if (kinds.includes("TWO_PERSONS") && !this.operator) this.operator = await this.screen.signIn();
    if (kinds.includes("TWO_PERSONS") && !this.operator) return null;
    const given = await this.screen.askForProofs({
      code, parcel, kinds, operator: this.operator, catchCodes: (catcher) => { this.catcher = catcher; },
    });
    this.catcher = null;
    if (!given) return null;
    const card = given.fields.household_code;
    return { ...given, isWrongFamily: card ? (await cardFits(parcel, card)) === false : false };
  }

  async #record({ code, step, verdict, fields, proofs }) {
    const scan = { scan_id: newId(), code, step, scanned_at: stamp(), ...fields };
    if (this.operator) scan.operator = this.operator.id;
    if (this.pack) scan.round = this.pack.round.id;
    if (REASONS[step]) scan.reason = this.reason || "OTHER";
    if (step === "ATTEMPT" && this.nextTry) scan.next_try = this.nextTry;
    const record = await this.#store(scan, { proofs, shown: verdict.outcome });
    if (record) this.#present(record, verdict);
  }

  async #store(scan, options) {
    try {
      const record = await outbox.put(scan, options);
      this.session += 1;
      this.sync.nudge();
      return record;
    } catch (error) {
      const outcome = error?.name === "QuotaExceededError" ? "STORAGE_FULL" : "NOT_STORED";
      this.#say({ outcome, code: scan.code, step: scan.step });
      return null;
    }
  }

  #present(record, verdict) {
    const seen = { ...verdict, code: record.code, step: record.step, record, canUndo: true };
    if (verdict.outcome || !this.sync.isReachable || this.sync.failures) return this.#say(seen);
    // The object first, so that the hands can move; then the verdict, the server's if it comes at once.
    clearTimeout(this.shown?.timer);
    this.shown = { ...seen, isWaiting: true, timer: setTimeout(() => this.#say(seen), ANSWER_MS) };
    this.screen.show({ ...seen, isWaiting: true });
    return undefined;
  }

  // Shows what is no scan: work in the warehouse, and what became of it.
  report(verdict) {
    return this.#say(verdict);
  }

  #say(verdict, { isQuiet = false } = {}) {
    clearTimeout(this.shown?.timer);
    this.shown = { ...verdict, tone: verdict.tone ?? toneOf(verdict.outcome) };
    this.screen.show({ ...this.shown, isQuiet });
  }

  // The server has answered: change what is on the screen, or tell what has changed since.
  async settled(records) {
    for (const record of records) {
      const { answer } = record;
      if (answer.outcome === "PROOF_MISSING" && answer.facts?.missing) await learn(record.step, answer.facts.missing);
      if (this.shown?.record?.scan_id === record.scan_id) await this.#sayLate(record);
      else if (record.state === "ATTENTION") this.screen.changed(record);
    }
  }

  async #sayLate(record) {
    const { answer } = record;
    const wasTold = !this.shown.isWaiting;
    const isGood = outbox.GOOD.has(answer.outcome);
    if (record.state === "ATTENTION" && !FOR_A_PERSON.has(answer.outcome)) await outbox.dismiss(record.sequence);
    this.#say({
      ...this.shown, tone: null, ...answer, record, code: record.code, step: record.step, isWaiting: false,
      parcel: answer.parcel ?? this.shown.parcel, canUndo: answer.outcome === "RECORDED" && record.step !== "UNDO",
    }, { isQuiet: wasTold && (isGood || answer.outcome === record.shown) });
  }

  async #lookUp({ code, kind }) {
    const known = this.pack?.parcels.get(code) ?? null;
    const isRevoked = this.pack?.revoked.has(code);
    const own = await outbox.scansOf(code);
    const outcome = isRevoked ? "REVOKED_LABEL" : known || own.length ? "LOOKED_UP" : "NOTHING_KNOWN";
    const first = { outcome, code, kind, parcel: known, own, tone: isRevoked ? "stop" : "look" };
    if (!device.current()?.key || !navigator.onLine) return this.#say(first);
    this.screen.show({ ...first, isWaiting: true });
    try {
      const { body } = await lookUp(device.current().key, code);
      return this.#say({ ...first, outcome: body.revoked ? "REVOKED_LABEL" : "LOOKED_UP", kind: body.kind,
        parcel: body.parcel ?? known, tone: body.revoked ? "stop" : "look" });
    } catch (error) {
      return this.#say(error.status === 404 && error.code !== "not_found" ? { ...first, outcome: "UNKNOWN_CODE", tone: "stop" } : first);
    }
  }

  // Takes the last scan back, as a new fact.
  undo() {
    this.line = this.line.then(() => this.#undo()).catch((error) => this.#failed(error));
    return this.line;
  }

  async #undo() {
    const last = await outbox.undoable(Date.now());
    if (!last) return;
    const scan = { scan_id: newId(), code: last.code, step: "UNDO", scanned_at: stamp(), undoes: last.scan_id };
    if (this.operator) scan.operator = this.operator.id;
    const record = await this.#store(scan, { shown: null, takenBack: last });
    if (record) this.#say({ outcome: "UNDONE", tone: "again", code: last.code, step: last.step });
  }

  #failed(error) {
    this.#say({ outcome: "NOT_STORED" });
    console.error(error);
  }

  // What came of the last visits without a hand-over, by code: {reason, next_try}.
  async tries() {
    const rows = [...await outbox.recent(1000), ...(await outbox.everyScan()).map(({ body, ...row }) => ({ ...body, ...row }))];
    const tried = rows.filter((row) => row.step === "ATTEMPT" && !row.undone && outbox.hasEffect(row));
    return new Map(tried.sort((left, right) => left.sequence - right.sequence).map((row) => [row.code, row]));
  }

  // How far the round is in this step: codes of its parcels that this device has scanned, or that were further already.
  async progress() {
    if (!this.pack) return null;
    const found = new Set();
    for (const row of [...await outbox.everyScan(), ...await outbox.recent(1000)]) {
      if (row.step === this.step && !row.undone && outbox.hasEffect(row) && this.pack.parcels.has(row.code)) found.add(row.code);
    }
    for (const [code, parcel] of this.pack.parcels) if (isPast(parcel.state, this.step)) found.add(code);
    return { done: found, all: this.pack.parcels.size };
  }
}

// What a programme asks for is known of parcels of a round; of others it is learnt from the server's answers.
async function learn(step, missing) {
  if (step === "PACK") await keep("asks_for_lots", true);
  else await keep("usual_proofs", missing);
}

const WAY = ["PLANNED", "PACKED", "SEALED", "DISPATCHED", "AT_TRANSFER_POINT", "DELIVERED"];
const REACHES = { PACK: "PACKED", SEAL: "SEALED", DISPATCH: "DISPATCHED", RECEIVE: "AT_TRANSFER_POINT", HAND_OVER: "DELIVERED" };
const isPast = (state, step) => step in REACHES && WAY.indexOf(state) >= WAY.indexOf(REACHES[step]);
