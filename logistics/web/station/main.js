// The scan station: puts the parts together and starts them.

import { skewNow, WRONG_MS } from "./clock.js";
import { readCode } from "./codes.js";
import { open } from "./database.js";
import * as device from "./device.js";
import { wake } from "./feedback.js";
import { openList } from "./list.js";
import { Lens } from "./lens.js";
import * as outbox from "./outbox.js";
import { askForLot } from "./lots.js";
import { askForProofs } from "./proofs.js";
import { forgetPack, hasExpired, keptPack, loadRound } from "./round.js";
import { openRound } from "./round-sheet.js";
import { Screen } from "./screen.js";
import { openSettings, signIn } from "./settings.js";
import { chooseNextTry, chooseReason, chooseStep, typeCode } from "./sheets.js";
import { MORE_STEPS, Station, STEPS } from "./station.js";
import { Sync } from "./sync.js";
import * as updates from "./updates.js";
import { listen } from "./wedge.js";
import { enrolByToken, welcome } from "./welcome.js";
import { Work } from "./work.js";
import { chooseLanguage, duration, nameOf, switchLanguage, t } from "./words.js";
import { KINDS } from "./works.js";

const REFRESH_MS = 15 * 60 * 1000;
const LOOK_MS = 60 * 1000;
const root = document.getElementById("station");
const { mark, host, version } = document.body.dataset;
const place = { mark, host };
const tabs = "BroadcastChannel" in self ? new BroadcastChannel("nuanliu-scan") : null;

const isComplete = (text) => {
  try {
    return Boolean(readCode(text, place));
  } catch {
    return false;
  }
};

const acts = {
  openList: () => openList({ send: () => sync.push(), changed: look }).then(() => screen.banner("changed", null)),
  openSettings: async () => {
    const about = { version, decoder: lens.decoder, cameras: lens.cameras.length };
    await settingsChosen(await openSettings({ operator: station.operator, ...about }));
  },
  openRound: () => openRound({ station, renew: () => takeRound(station.pack.round.id), forget: forgetRound }),
  chooseStep: async () => {
    const step = await chooseStep(station.step);
    if (KINDS.includes(step)) await work.run(step).then(look);
    else if (step) await askAndChoose(step);
    screen.verdict.focus();
  },
  typeCode: async () => {
    const text = await typeCode(place);
    if (text) await station.take(text).then(look);
  },
  takePhoto: () => lens.photo().then((text) => text && station.take(text).then(look)),
  toggleCamera: () => lens.toggle(),
  toggleTorch: () => lens.toggleTorch(),
  undo: () => station.undo().then(look),
  receive: (text) => work.receive(text).then(look),
  addProof: (record) => choose(record.step).then(() => station.take(record.code)).then(look),
};

const screen = new Screen(root, acts);
screen.askForProofs = (wanted) => askForProofs({ ...wanted, place, lens, signIn });
screen.askForLot = (wanted) => askForLot({ ...wanted, place, lens, typeCode: () => typeCode(place) });
screen.signIn = () => signIn();
const sync = new Sync({ device: device.current, tell: heard });
const station = new Station({ place, screen, sync });
const lens = new Lens({ screen, take: (text) => station.take(text).then(look) });

const work = new Work({ station, sync, lens, place, screen, signIn: () => signIn() });

// Asks what belongs to a step: the reason, and when a family is tried again.
async function askAndChoose(step) {
  const reason = await chooseReason(step, station.reason);
  const nextTry = step === "ATTEMPT" && reason !== null ? await chooseNextTry() : "";
  if (reason !== null && nextTry !== null) await choose(step, reason, nextTry);
}

async function choose(step, reason = "", nextTry = "") {
  await station.choose(step, reason, nextTry);
  screen.idle();
  await look();
}

// Looks at what waits and what is wrong, and shows it.
async function look() {
  const counts = await outbox.counts();
  const { step, reason, nextTry, operator, session } = station;
  screen.refresh({ step, reason, nextTry, operator, session, counts, progress: await station.progress() });
  screen.banner("late", counts.oldest && Date.now() - counts.oldest > outbox.LATE_MS ? t("late") : null);
  const skew = await skewNow();
  screen.banner("clock", Math.abs(skew) > WRONG_MS ? t("clock_wrong", { time: duration(skew) }) : null);
  screen.banner("expired", hasExpired(station.pack) ? t("round_expired") : null);
  screen.banner("offline", navigator.onLine ? null : t("offline"));
  if (counts.waiting && (sync.failures || !navigator.onLine)) updates.askForBackground();
  return counts;
}

async function heard(news) {
  if (news.kind === "KEY_REFUSED") await keyRefused(news.error);
  await learn(news);
  // An error is this tab's own; everything else the others hear, too.
  tabs?.postMessage(news.error ? { kind: "LOOK" } : news);
}

// Takes news of this tab's upload, of another's, or of the service worker's.
async function learn(news) {
  if (news.kind === "SETTLED") await station.settled(news.settled);
  if (news.kind === "WORKED" || news.kind === "WORK_REFUSED") work.heard(news);
  await look();
}

async function keyRefused(error) {
  screen.banner("key", t("key_refused"));
  if (!device.isRevoked(error)) return;
  // Whoever holds a revoked device learns nothing from it; what was scanned is still owed to the books.
  await device.wipe({ butScans: true });
  station.pack = null;
  station.operator = null;
  if (!(await outbox.counts()).waiting) location.reload();
}

async function settingsChosen(chosen) {
  if (chosen === "LANGUAGE") screen.draw();
  if (chosen === "OUT") station.operator = null;
  if (chosen === "PEOPLE") station.operator = await signIn();
  if (chosen === "CAMERA") await lens.another();
  if (chosen === "WIPED") location.reload();
  await look();
}

async function takeRound(id) {
  try {
    station.pack = await loadRound(device.current().key, id);
    screen.banner("round", t("round_loaded", { name: nameOf(station.pack.round), n: station.pack.parcels.size }));
  } catch {
    screen.banner("round", t("round_failed"));
  }
  await look();
}

async function forgetRound() {
  await forgetPack();
  station.pack = null;
  await look();
}

async function refreshDevice() {
  try {
    if (!(await device.refresh())) return;
    await device.renew();
    station.operator = device.current().operators.find((one) => one.id === station.operator?.id) ?? null;
  } catch (error) {
    if (error.status === 401) await keyRefused(error);
  }
}

// What the address asks for: a one-time code, a round, a step, a code. It is taken out of the address at once.
function wishes() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const query = new URLSearchParams(location.search);
  if (location.hash || location.search) history.replaceState(null, "", location.pathname);
  return { enrol: hash.get("enrol"), round: hash.get("round"), step: query.get("step"), code: query.get("code") };
}

async function obey({ round, step, code }) {
  if ([...STEPS, ...MORE_STEPS].includes(step)) await askAndChoose(step);
  if (KINDS.includes(step)) await work.run(step).then(look);
  if (round) await takeRound(round);
  if (code) await station.take(code).then(look);
}

async function run() {
  station.pack = await keptPack().catch(() => null);
  await station.resume();
  screen.draw();
  lens.start();
  listen((text) => station.take(text).then(look), { isComplete });
  sync.start();
  refreshDevice();
  setInterval(refreshDevice, REFRESH_MS);
  setInterval(look, LOOK_MS);
  tabs?.addEventListener("message", ({ data }) => device.load().then(() => learn(data)));
  updates.askToPersist();
  await look();
}

async function start() {
  chooseLanguage();
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, wake);
  try {
    await open();
    await device.load();
  } catch {
    return root.replaceChildren(...updates.noStorage());
  }
  updates.register((act) => screen.banner("version", t("new_version"), { words: t("restart"), run: act }));
  const wish = wishes();
  if (wish.enrol) await enrolByToken(wish.enrol);
  if (device.current()) await run().then(() => obey(wish));
  else welcome(root, { again: () => { switchLanguage(); location.reload(); }, enrolled: () => location.reload() });
  for (const [name, words] of updates.lacks()) screen.banner(name, words);
  addEventListener("hashchange", async () => {
    const later = wishes();
    if (later.enrol && await enrolByToken(later.enrol)) location.reload();
    else if (device.current()) await obey(later);
  });
  document.body.dataset.ready = "yes";
  return undefined;
}

start();
