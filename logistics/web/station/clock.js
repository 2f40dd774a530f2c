// This device's clock against the server's, as last measured; a clock that went back shows without a network too.

import { read } from "./database.js";

export const WRONG_MS = 2 * 60 * 1000;

// How far the clock is ahead, in milliseconds, as far as it is known.
export async function skewNow(now = Date.now()) {
  const seen = await read("clock");
  if (!seen) return 0;
  // The last measure, unless the clock was set since then to before that moment.
  return now < seen.device - WRONG_MS ? now - seen.server : seen.skew;
}

// The time of a scan as the API wants it: RFC 3339 with this device's offset.
export function stamp(date = new Date()) {
  const offset = -date.getTimezoneOffset();
  const sign = offset < 0 ? "-" : "+";
  const two = (number) => String(number).padStart(2, "0");
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
  return `${local}${sign}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
}

// An id whose first digits are its time (UUIDv7), so that what it names stays in order.
export function newOrderedId(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let place = 0; place < 6; place += 1) bytes[place] = Math.floor(now / 2 ** (40 - 8 * place)) & 255;
  bytes[6] = (bytes[6] & 15) | 112;
  bytes[8] = (bytes[8] & 63) | 128;
  return texted(bytes);
}

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return texted(bytes);
}

function texted(bytes) {
  const text = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
