// What the device carries into places without a network is encrypted with a key that never leaves this browser, opened
// only in memory, and forgotten when its time is over.

import { asked, transact } from "./database.js";

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

// Seals bytes, to be stored by whoever asks; `unlocked` opens them again on this device alone.
export async function locked(bytes) {
  const key = await ownKey();
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
}

export const unlocked = async ({ iv, sealed }) => crypto.subtle.decrypt({ name: "AES-GCM", iv }, await ownKey(), sealed);

export const lockedJson = (body) => locked(new TextEncoder().encode(JSON.stringify(body)));
export const unlockedJson = async (row) => JSON.parse(new TextDecoder().decode(await unlocked(row)));

export async function keepSealed(name, body) {
  const row = await lockedJson(body);
  await transact(["packs"], "readwrite", (tx) => { tx.objectStore("packs").put(row, name); });
}

// Opens what is kept under this name, or returns null.
export async function keptSealed(name) {
  const row = await transact(["packs"], "readonly", (tx) => asked(tx.objectStore("packs").get(name)));
  if (!row) return null;
  try {
    return await unlockedJson(row);
  } catch {
    // Its key was lost: it cannot be read by anybody, and is loaded again when there is a network.
    return null;
  }
}

export const forgetSealed = (name) => transact(["packs"], "readwrite", (tx) => { tx.objectStore("packs").delete(name); });
