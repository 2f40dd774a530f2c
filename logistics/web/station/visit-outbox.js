// Every visit goes through here first, whether there is a network or not: encrypted, with the bytes of its photos, whole
// or not at all. It leaves only when the server has answered for its id and has the bytes of each photo.
//
// WAITING: not answered yet. PHOTOS: answered, bytes still to be sent. ATTENTION: refused; waits for a person. DONE: what was
// written is forgotten at once; for a day the list still says, encrypted, whom the visit was to.

import { asked, transact } from "./database.js";
import { locked, lockedJson, unlocked, unlockedJson } from "./sealed.js";

export const UNDO_MS_MAX = 15 * 60 * 1000;
const DONE_ROWS_MAX = 200;
const DONE_MS_MAX = 24 * 60 * 60 * 1000;
const STORES = ["visits", "photos"];
const inState = (state) => IDBKeyRange.bound([state, 0], [state, Infinity]);

// Stores a visit with its photos: {type, bytes, sha256}. `about` is what the list shows of it. Throws what the storage says.
export async function putVisit(body, photos, about, now = Date.now()) {
  // Sealed before the transaction, which may wait for nothing but the database.
  const row = { visit_id: body.visit_id, at: now, state: "WAITING", unsent: photos.map((photo) => photo.sha256), problem: null };
  const [said, list] = await Promise.all([lockedJson(body), lockedJson({ ...about, household: body.household, met: body.met })]);
  const bytes = await Promise.all(photos.map(async (photo) => ({ sha256: photo.sha256, type: photo.type, ...await locked(photo.bytes) })));
  await transact(STORES, "readwrite", (tx) => {
    tx.objectStore("visits").add({ ...row, body: said, about: list, undoes: body.undoes ?? null });
    for (const one of bytes) tx.objectStore("photos").put(one);
  });
  return row;
}

export const visitsInState = (state, most) => transact(["visits"], "readonly", (tx) =>
  asked(tx.objectStore("visits").index("state").getAll(inState(state), most)));

export const everyVisit = () => transact(["visits"], "readonly", (tx) => asked(tx.objectStore("visits").getAll()));

export const bodyOf = (row) => unlockedJson(row.body);
export const aboutOf = (row) => unlockedJson(row.about);

export const visitCounts = () => transact(["visits"], "readonly", async (tx) => {
  const index = tx.objectStore("visits").index("state");
  const [waits, photos, needs] = await Promise.all(["WAITING", "PHOTOS", "ATTENTION"].map((state) => asked(index.count(inState(state)))));
  return { waiting: waits + photos, attention: needs };
});

// Takes one answer of the server. A visit without an answer stays.
export const settleVisit = (answer) => transact(STORES, "readwrite", async (tx) => {
  const row = await asked(tx.objectStore("visits").get(answer.visit_id));
  if (!row || row.state !== "WAITING") return false;
  if (answer.outcome === "REFUSED") tx.objectStore("visits").put({ ...row, state: "ATTENTION", problem: answer.problem });
  // Bytes that the server has already need not travel again.
  else await place(tx, { ...row, state: "PHOTOS", unsent: row.unsent.filter((one) => answer.photos_pending.includes(one)) });
  return true;
});

export const refuseVisit = (row, problem) => transact(["visits"], "readwrite", (tx) => {
  tx.objectStore("visits").put({ ...row, state: "ATTENTION", problem });
});

export async function photoBytes(sha256) {
  const row = await transact(["photos"], "readonly", (tx) => asked(tx.objectStore("photos").get(sha256)));
  return row ? { sha256, type: row.type, bytes: await unlocked(row) } : null;
}

// The server has these bytes.
export const confirmPhoto = (visitId, sha256) => transact(STORES, "readwrite", async (tx) => {
  const row = await asked(tx.objectStore("visits").get(visitId));
  if (row) await place(tx, { ...row, unsent: row.unsent.filter((one) => one !== sha256) });
});

// Sends a refused visit once more, as it is.
export const tryVisitAgain = (row) => transact(["visits"], "readwrite", (tx) => {
  tx.objectStore("visits").put({ ...row, state: "WAITING", problem: null });
});

// A person has seen that it was refused, and lets it go with its photos. Its refusal stays in the day's list.
export const closeVisit = (row) => transact(STORES, "readwrite", (tx) => place(tx, { ...row, state: "PHOTOS", unsent: [] }));

// Forgets what was done a day ago.
export const forgetOldVisits = (now = Date.now()) => transact(["visits"], "readwrite", (tx) => dropDone(tx.objectStore("visits"), now));

// Puts a visit where it belongs: once nothing of it waits, it is done and its photos go.
async function place(tx, row) {
  const visits = tx.objectStore("visits");
  if (row.unsent.length) {
    visits.put(row);
    return;
  }
  visits.put({ ...row, state: "DONE", body: null });
  await dropPhotos(tx);
  await dropDone(visits, Date.now());
}

// The list of what is done stays short, and is of this day.
async function dropDone(visits, now) {
  const done = await asked(visits.index("state").getAll(inState("DONE")));
  const tooMany = done.length - DONE_ROWS_MAX;
  for (const [place, row] of done.entries()) if (place < tooMany || now - row.at > DONE_MS_MAX) visits.delete(row.visit_id);
}

// Bytes go only when no visit on this device waits for them.
async function dropPhotos(tx) {
  const wanted = new Set((await asked(tx.objectStore("visits").getAll())).flatMap((row) => row.state === "DONE" ? [] : row.unsent));
  for (const key of await asked(tx.objectStore("photos").getAllKeys())) if (!wanted.has(key)) tx.objectStore("photos").delete(key);
}
