// What this device can say of a scan by itself, without a network: only what nobody else's scans could change. For the
// rest it says "taken", and the server's answer follows.

import { CodeRefused, kindOf, readCode } from "./codes.js";
import { hasEffect, scansOf } from "./outbox.js";

// Steps by which a parcel goes on towards a family: stopped by a recall and by a list that it is not on.
const HANDING_ON = new Set(["PACK", "SEAL", "DISPATCH", "RECEIVE", "HAND_OVER"]);
// Steps that a parcel takes once on its way.
const ONCE = new Set(["PACK", "SEAL", "DISPATCH"]);
const OVER = new Set(["DELIVERED", "DISPUTED"]);

// Reads a text as one of our codes: {code, kind} or {outcome}.
export function read(text, place) {
  try {
    const code = readCode(text, place);
    return { code, kind: kindOf(code) };
  } catch (error) {
    if (error instanceof CodeRefused) return { outcome: error.outcome };
    throw error;
  }
}

// Judges one step of one parcel: {outcome, facts?, parcel?}. The outcome null means: taken, the server knows the rest.
// NOT_ON_ROUND asks the person first; every other outcome has no effect on the server either, whenever it arrives.
export async function judge({ code, step, pack, isConfirmed = false }) {
  const parcel = pack?.parcels.get(code) ?? null;
  const own = (await scansOf(code)).filter(hasEffect);
  const delivered = own.findLast((row) => row.step === "HAND_OVER");
  if (pack?.revoked.has(code)) return { outcome: "REVOKED_LABEL", parcel };
  if (parcel?.recalled && HANDING_ON.has(step)) return { outcome: "RECALLED", parcel };
  if (step === "HAND_OVER" && delivered) {
    const facts = { handed_over_at: new Date(delivered.at).toISOString(), by: "", isOwn: true };
    return { outcome: "ALREADY_DELIVERED", facts, parcel };
  }
  if (step === "HAND_OVER" && parcel && OVER.has(parcel.state) && !isTakenBack(own)) {
    return { outcome: "ALREADY_DELIVERED", facts: { as_of: pack.made_at }, parcel };
  }
  if (pack && !parcel && HANDING_ON.has(step) && !isConfirmed) return { outcome: "NOT_ON_ROUND", parcel };
  if (ONCE.has(step) && own.at(-1)?.step === step) return { outcome: "ALREADY_DONE", parcel };
  return { outcome: null, parcel };
}

const isTakenBack = (own) => own.at(-1)?.step === "RETURN";

// Whether a household card fits the parcel: true, false, or null where the device cannot know. A family that was entered
// twice and merged has two; packs that were loaded before know of one.
export async function cardFits(parcel, card) {
  const cards = [parcel?.card, ...(parcel?.other_cards ?? [])].filter(Boolean);
  if (!cards.length) return null;
  return cards.includes(await sha256Of(new TextEncoder().encode(card)));
}

// Whether the card's owner may collect for the family: true, false, or null where the device cannot know.
export async function collects(parcel, card) {
  if (!parcel?.collector_cards) return null;
  return parcel.collector_cards.includes(await sha256Of(new TextEncoder().encode(card)));
}

export async function sha256Of(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
