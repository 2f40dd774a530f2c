// The parcels of one round, as the device carries them into places without a network.

import { fetchPack } from "./door.js";
import { forgetSealed, keepSealed, keptSealed } from "./sealed.js";

const NAME = "current";

// Fetches a round's pack and keeps it. Throws Unreachable and Problem.
export async function loadRound(deviceKey, id) {
  const { body } = await fetchPack(deviceKey, id);
  await keepPack(body);
  return opened(body);
}

export const keepPack = (body) => keepSealed(NAME, body);

// Opens the pack that is kept, or returns null.
export async function keptPack() {
  const body = await keptSealed(NAME);
  return body && opened(body);
}

export const forgetPack = () => forgetSealed(NAME);

const opened = (body) => ({
  ...body,
  parcels: new Map((body.parcels ?? []).map((parcel) => [parcel.code, parcel])),
  revoked: new Set(body.revoked ?? []),
});

export const hasExpired = (pack, now = Date.now()) => Boolean(pack?.valid_until) && Date.parse(pack.valid_until) < now;
