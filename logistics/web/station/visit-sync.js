// Brings visits to the server, then the bytes of their photos. What the server refuses waits for a person and holds up
// nothing else; what it does not answer is sent again.

import { isOfTheKey, Problem, sendProof, sendVisits } from "./door.js";
import { bodyOf, confirmPhoto, photoBytes, refuseVisit, settleVisit, visitsInState } from "./visit-outbox.js";

const BATCH_MAX = 20;
export const UNREADABLE = "unreadable_here";
const UNDERSTOOD = new Set([400, 413, 415, 422]);

export async function sendAllVisits(key, tell) {
  await sendBodies(key, tell);
  for (const row of await visitsInState("PHOTOS")) await sendPhotos(key, row, tell);
}

async function sendBodies(key, tell) {
  let most = BATCH_MAX;
  for (let batch = await visitsInState("WAITING", most); batch.length; batch = await visitsInState("WAITING", most)) {
    try {
      const bodies = (await Promise.all(batch.map(readable))).filter(Boolean);
      if (!bodies.length) continue;
      const { body } = await sendVisits(key, bodies);
      const answers = Array.isArray(body.visits) ? body.visits : [];
      const settled = await Promise.all(answers.map(settleVisit));
      tell({ kind: "VISITS" });
      // A server that answers for none of them would be asked for ever.
      if (!settled.some(Boolean)) return;
    } catch (error) {
      if (!(error instanceof Problem) || !UNDERSTOOD.has(error.status)) throw error;
      if (batch.length === 1) await refuseVisit(batch[0], { detail: error.body.detail ?? "", code: error.code });
      most = batch.length === 1 ? BATCH_MAX : Math.ceil(batch.length / 2);
      tell({ kind: "VISITS" });
    }
  }
}

// A visit whose key this browser has lost can be read by nobody: a person is told, and the others go on.
const readable = (row) => bodyOf(row).catch(() => refuseVisit(row, { code: UNREADABLE, detail: "" }));

async function sendPhotos(key, row, tell) {
  for (const sha256 of row.unsent) {
    try {
      const photo = await photoBytes(sha256);
      if (photo) await sendProof(key, photo);
      await confirmPhoto(row.visit_id, sha256);
      tell({ kind: "VISITS" });
    } catch (error) {
      if (!(error instanceof Problem) || isOfTheKey(error)) throw error;
      if (UNDERSTOOD.has(error.status)) await refuseVisit(row, { detail: error.body.detail ?? "", code: error.code });
      tell({ kind: "VISITS" });
      return;
    }
  }
}
