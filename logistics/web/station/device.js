// Who this device is: its key, its organisation, the people who may use it. Kept in the database, held in memory.

import { forgetEverything, keep, read } from "./database.js";
import { newId } from "./clock.js";
import { askAboutMe, enrol, enrolHere, Problem, renewKey, whoIsHere } from "./door.js";

// A key is good for a year; it is changed long before, so that weeks without a network do no harm.
const RENEW_MS = 180 * 24 * 60 * 60 * 1000;
const LOCK = "nuanliu-scan-key";

let device = null;
// One request of this page, however often it is sent: an answer that was lost must not cost the one-time code.
const requestId = newId();
const platform = () => (navigator.userAgentData?.platform ?? navigator.platform ?? "").slice(0, 120);

export const current = () => device;

export async function load() {
  device = (await read("device")) ?? null;
  return device;
}

// Enrols with the token of a one-time code. Throws Problem and Unreachable.
export async function enrolWith(token, name) {
  const { body } = await enrol({ token, name, platform: platform(), request_id: requestId });
  return become(body);
}

// Enrols by the session of a signed-in person; null where nobody is signed in. Throws Problem and Unreachable.
export async function enrolSignedIn(name) {
  const may = await whoIsHere();
  if (!may) return null;
  return become(await enrolHere(may.csrf_token, { name, platform: platform(), request_id: requestId }));
}

// Keeps what the server said of this device when it was enrolled.
export async function become({ device: row, key, organisation }) {
  device = { ...row, key, keyed_at: Date.now(), organisation, operators: [], rounds: [] };
  await keep("device", device);
  return device;
}

// Asks what is new: people, rounds, whether the device still counts. Throws Unreachable.
export async function refresh() {
  if (!device) return null;
  const { body } = await askAboutMe(device.key);
  if (body.must_wipe) {
    await wipe({ butScans: true });
    return null;
  }
  device = { ...device, ...body.device, organisation: body.organisation, operators: body.operators, rounds: body.rounds };
  await keep("device", device);
  return device;
}

// Changes the key when its time has come. The old one opens for a day more: an answer that is lost costs nothing.
// Throws Unreachable and Problem.
export async function renew() {
  const isDue = (one) => Boolean(one) && Date.now() - (one.keyed_at ?? 0) > RENEW_MS;
  if (!isDue(device)) return;
  const change = async () => {
    // Another tab may have done it.
    if (!isDue(await load())) return;
    const { body } = await renewKey(device.key);
    device = { ...device, key: body.key, keyed_at: Date.now() };
    await keep("device", device);
  };
  await (navigator.locks ? navigator.locks.request(LOCK, change) : change());
}

export const isRevoked = (error) => error instanceof Problem && error.code === "device_revoked";

// Forgets everything, or everything but scans that were not handed in.
export async function wipe(options) {
  await forgetEverything(options);
  device = null;
}
