// Who scans on a shared device: a PIN is checked here, against a slow hash that the server made, so that it works
// without a network. Five wrong ones lock the person out on this device for a while.

import { keep, read } from "./database.js";

const TRIES_MAX = 5;
export const LOCK_MS = 5 * 60 * 1000;
const unhex = (text) => new Uint8Array((text.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));

async function verifierOf(pin, { salt, iterations }) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: unhex(salt), iterations }, key, 256);
  return [...new Uint8Array(bits)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Checks a PIN: {isRight}, or {triesLeft} or {lockedMs} where it is wrong or nobody may try now.
export async function check(operator, pin, now = Date.now()) {
  const name = `tries:${operator.id}`;
  const tries = (await read(name)) ?? { wrong: 0, until: 0 };
  if (tries.until > now) return { isRight: false, lockedMs: tries.until - now };
  const isRight = (await verifierOf(pin, operator.pin)) === operator.pin.verifier;
  const wrong = isRight ? 0 : tries.wrong + 1;
  const isLocked = wrong >= TRIES_MAX;
  await keep(name, { wrong: isLocked ? 0 : wrong, until: isLocked ? now + LOCK_MS : 0 });
  return isRight ? { isRight } : { isRight, triesLeft: TRIES_MAX - wrong, lockedMs: isLocked ? LOCK_MS : 0 };
}
