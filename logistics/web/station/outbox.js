// Every scan goes through here first, whether there is a network or not. A scan leaves the outbox only when the server
// has answered for its id and for the hash of each of its proofs; an answer that a person must see keeps it here.
//
// WAITING: not answered yet. PROOFS: answered, bytes still to be sent. ATTENTION: answered otherwise than the person
// was told, or refused; waits for a person.

import { asked, transact } from "./database.js";

export const GOOD = new Set(["RECORDED", "ALREADY_DONE"]);
export const UNDO_MS_MAX = 15 * 60 * 1000;
export const LATE_MS = 24 * 60 * 60 * 1000;
const DONE_ROWS_MAX = 1000;
const EVERYTHING = ["settings", "scans", "proofs", "done"];

const inState = (state) => IDBKeyRange.bound([state, 0], [state, Infinity]);
const ofCode = (code) => IDBKeyRange.bound([code, 0], [code, Infinity]);

// Stores a scan with the bytes of its proofs, or nothing at all. `proofs` are {kind, sha256, type, bytes}; `taken_back`
// is the record that an UNDO takes back. Returns the record.
export function put(scan, { proofs = [], shown = null, takenBack = null } = {}) {
  return transact(EVERYTHING, "readwrite", async (tx) => {
    const settings = tx.objectStore("settings");
    const sequence = ((await asked(settings.get("sequence"))) ?? 0) + 1;
    settings.put(sequence, "sequence");
    const body = { ...scan, sequence };
    if (proofs.length) body.proofs = proofs.map(({ kind, sha256 }) => ({ kind, sha256 }));
    const record = {
      sequence, scan_id: scan.scan_id, code: scan.code, step: scan.step, at: Date.parse(scan.scanned_at),
      state: "WAITING", body, shown, answer: null, problem: null, undone: false,
      unsent: proofs.map((proof) => proof.sha256),
    };
    tx.objectStore("scans").add(record);
    for (const proof of proofs) tx.objectStore("proofs").put(proof);
    if (takenBack) await markUndone(tx, takenBack.sequence);
    return record;
  });
}

async function markUndone(tx, sequence) {
  for (const name of ["scans", "done"]) {
    const row = await asked(tx.objectStore(name).get(sequence));
    if (row) tx.objectStore(name).put({ ...row, undone: true });
  }
}

// The next scans to send, in the order in which they were made.
export const waiting = (most) => transact(["scans"], "readonly", (tx) =>
  asked(tx.objectStore("scans").index("state").getAll(inState("WAITING"), most)));

export const attention = () => transact(["scans"], "readonly", (tx) =>
  asked(tx.objectStore("scans").index("state").getAll(inState("ATTENTION"))));

export const everyScan = () => transact(["scans"], "readonly", (tx) => asked(tx.objectStore("scans").getAll()));

export const recent = (most) => transact(["done"], "readonly", async (tx) => {
  const rows = [];
  return new Promise((resolve, reject) => {
    const request = tx.objectStore("done").openCursor(null, "prev");
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor || rows.length >= most) return resolve(rows);
      rows.push(cursor.value);
      cursor.continue();
    };
  });
});

// What people see: how many wait, how many need them, and since when the oldest waits.
export const counts = () => transact(["scans", "proofs", "works"], "readonly", async (tx) => {
  const index = tx.objectStore("scans").index("state");
  const works = tx.objectStore("works").index("state");
  const [waits, proofs, needs, bytes, worksWait, worksNeed] = await Promise.all([
    asked(index.count(inState("WAITING"))), asked(index.count(inState("PROOFS"))),
    asked(index.count(inState("ATTENTION"))), asked(tx.objectStore("proofs").count()),
    asked(works.count(inState("WAITING"))), asked(works.count(inState("ATTENTION"))),
  ]);
  const firsts = await Promise.all([
    asked(index.getAll(inState("WAITING"), 1)), asked(index.getAll(inState("PROOFS"), 1)), asked(works.getAll(inState("WAITING"), 1)),
  ]);
  const oldest = Math.min(Infinity, ...firsts.flat().map((one) => one.at));
  return {
    waiting: waits + proofs + worksWait, attention: needs + worksNeed, proofs: bytes, oldest: Number.isFinite(oldest) ? oldest : null,
  };
});

// Takes the server's answers, by scan_id. Scans without an answer stay. Returns what became of each.
export function settle(answers) {
  return transact(EVERYTHING, "readwrite", async (tx) => {
    const settled = [];
    for (const [scanId, answer] of answers) {
      const record = await asked(tx.objectStore("scans").index("scan_id").get(scanId));
      if (!record || record.state !== "WAITING") continue;
      const isTold = GOOD.has(answer.outcome) || answer.outcome === record.shown;
      const after = { ...record, answer, state: isTold ? "PROOFS" : "ATTENTION" };
      settled.push(after);
      await place(tx, after);
    }
    return settled;
  });
}

// The server has refused one scan as a request: a person must look, and nothing is thrown away.
export function refuse(record, problem) {
  return transact(["scans"], "readwrite", (tx) => {
    tx.objectStore("scans").put({ ...record, state: "ATTENTION", problem });
  });
}

// The server has refused the bytes of a proof: the same, for the scans that they prove.
export function refuseProof(sha256, problem) {
  return transact(["scans"], "readwrite", async (tx) => {
    const scans = tx.objectStore("scans");
    const records = await asked(scans.getAll());
    for (const record of records.filter((one) => one.unsent.includes(sha256))) {
      scans.put({ ...record, state: "ATTENTION", problem });
    }
  });
}

// Sends a refused scan once more, as it is.
export function tryAgain(sequence) {
  return transact(["scans"], "readwrite", async (tx) => {
    const record = await asked(tx.objectStore("scans").get(sequence));
    const state = record?.answer ? "PROOFS" : "WAITING";
    if (record?.problem) tx.objectStore("scans").put({ ...record, state, problem: null });
  });
}

// The server has these bytes: they may go from the device, with the scans that waited for nothing else.
export function confirmProof(sha256) {
  return transact(EVERYTHING, "readwrite", async (tx) => {
    tx.objectStore("proofs").delete(sha256);
    const records = await asked(tx.objectStore("scans").getAll());
    for (const record of records.filter((one) => one.unsent.includes(sha256))) {
      await place(tx, { ...record, unsent: record.unsent.filter((one) => one !== sha256) });
    }
  });
}

// A person has seen what became of a scan.
export function dismiss(sequence) {
  return transact(EVERYTHING, "readwrite", async (tx) => {
    const record = await asked(tx.objectStore("scans").get(sequence));
    if (record?.state === "ATTENTION" && record.answer) await place(tx, { ...record, state: "PROOFS" });
  });
}

// The bytes to send: those of scans that the server knows already.
export const proofsToSend = () => transact(["scans", "proofs"], "readonly", async (tx) => {
  const records = await asked(tx.objectStore("scans").getAll());
  const wanted = new Set(records.filter((one) => one.answer && !one.problem).flatMap((one) => one.unsent));
  const proofs = await asked(tx.objectStore("proofs").getAll());
  return proofs.filter((proof) => wanted.has(proof.sha256));
});

// The newest scan that can still be taken back.
export const undoable = (now) => transact(["scans", "done"], "readonly", async (tx) => {
  const rows = [];
  for (const name of ["scans", "done"]) rows.push(await newest(tx.objectStore(name), now));
  return rows.filter(Boolean).sort((left, right) => right.sequence - left.sequence)[0] ?? null;
});

function newest(store, now) {
  return new Promise((resolve, reject) => {
    const request = store.openCursor(null, "prev");
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const row = request.result?.value;
      if (!row || Math.abs(now - row.at) > UNDO_MS_MAX) return resolve(null);
      if (row.step !== "UNDO" && !row.undone && hasEffect(row)) return resolve(row);
      return request.result.continue();
    };
  });
}

// Whether a scan counts, as far as this device knows.
export function hasEffect(row) {
  return row.answer ? row.answer.outcome === "RECORDED" : row.shown === null || GOOD.has(row.shown);
}

// What this device has scanned of a code, oldest first, without what was taken back.
export const scansOf = (code) => transact(["scans", "done"], "readonly", async (tx) => {
  const found = [];
  for (const name of ["done", "scans"]) {
    found.push(...await asked(tx.objectStore(name).index("code").getAll(ofCode(code))));
  }
  return found.filter((row) => !row.undone && row.step !== "UNDO").sort((left, right) => left.sequence - right.sequence);
});

// Puts a record where it belongs: away when nothing of it waits, back into the outbox otherwise.
async function place(tx, record) {
  const scans = tx.objectStore("scans");
  if (record.state !== "PROOFS" || record.unsent.length) {
    scans.put(record);
    return;
  }
  const done = tx.objectStore("done");
  scans.delete(record.sequence);
  const { sequence, scan_id, code, step, at, answer, shown, undone, body } = record;
  const { round = null, reason, next_try } = body;
  done.put({ sequence, scan_id, code, step, at, answer, shown, undone, round, reason, next_try });
  if (await asked(done.count()) > DONE_ROWS_MAX) {
    const [oldest] = await asked(done.getAllKeys(null, 1));
    done.delete(oldest);
  }
}
