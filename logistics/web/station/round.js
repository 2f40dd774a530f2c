// The parcels of one round, as the device carries them into places without a network: encrypted with a key that never
// leaves this browser, opened only in memory, forgotten when the round is over.

import { asked, transact } from "./database.js";
import { fetchPack } from "./door.js";

const KEY = "packs";
const IV_BYTES = 12;

async function ownKey() {
  const known = await transact(["keys"], "readonly", (tx) => asked(tx.objectStore("keys").get(KEY)));
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  // Another tab may have made one meanwhile: the first stays.
  return transact(["keys"], "readwrite", async (tx) => {
    const first = await asked(tx.objectStore("keys").get(KEY));
    if (!first) tx.objectStore("keys").put(made, KEY);
    return first ?? made;
  });
}

// Fetches a round's pack and keeps it. Throws Unreachable and Problem.
export async function loadRound(deviceKey, id) {
  const { body } = await fetchPack(deviceKey, id);
  await keepPack(body);
  return opened(body);
}

export async function keepPack(body) {
  const key = await ownKey();
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(body)));
  await transact(["packs"], "readwrite", (tx) => {
    tx.objectStore("packs").clear();
    tx.objectStore("packs").put({ iv, sealed }, "current");
  });
}

// Opens the pack that is kept, or returns null.
export async function keptPack() {
  const row = await transact(["packs"], "readonly", (tx) => asked(tx.objectStore("packs").get("current")));
  if (!row) return null;
  try {
    const bytes = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, await ownKey(), row.sealed);
    return opened(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    // Its key was lost: it cannot be read by anybody, and is loaded again when there is a network.
    return null;
  }
}

export const forgetPack = () => transact(["packs"], "readwrite", (tx) => tx.objectStore("packs").clear());

const opened = (body) => ({
  ...body,
  parcels: new Map((body.parcels ?? []).map((parcel) => [parcel.code, parcel])),
  revoked: new Set(body.revoked ?? []),
});

export const hasExpired = (pack, now = Date.now()) => Boolean(pack?.valid_until) && Date.parse(pack.valid_until) < now;
