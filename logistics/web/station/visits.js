// The page for visits at home: a liaison picks a family and writes down what was found, in five minutes and with one
// hand. Everything is kept on this phone first.

import { open } from "./database.js";
import * as device from "./device.js";
import { fetchFamilies } from "./door.js";
import { button, h } from "./dom.js";
import { forgetSealed, keepSealed, keptSealed } from "./sealed.js";
import { Sync } from "./sync.js";
import * as updates from "./updates.js";
import { visitForm } from "./visit-form.js";
import { openVisits, takeBack } from "./visit-list.js";
import { forgetOldVisits, visitCounts } from "./visit-outbox.js";
import { enrolByToken, welcome } from "./welcome.js";
import { chooseLanguage, learnWords, moment, switchLanguage, t } from "./words.js";
import { VISIT_WORDS } from "./words-visits.js";

const root = document.getElementById("station");
const FAMILIES = "families";
const SHOWN_MAX = 60;
// What was loaded for a day's work is not carried about for a month.
const FAMILIES_MS_MAX = 14 * 24 * 60 * 60 * 1000;
const tabs = "BroadcastChannel" in self ? new BroadcastChannel("nuanliu-scan") : null;
let carried = null;

const status = button("", () => openVisits({ changed: look, push: () => sync.push() }), { id: "status" });
const banners = h("div", { id: "banners", role: "status" });
const offline = h("p", { id: "offline", class: "small", hidden: true }, "");
const stage = h("section", { id: "stage" });
const sync = new Sync({ device: device.current, tell: (news) => {
  tabs?.postMessage(news.error ? { kind: "LOOK" } : news);
  if (news.kind === "KEY_REFUSED") keyRefused(news.error);
  look();
} });

async function keyRefused(error) {
  tell(t("key_refused"));
  if (device.isRevoked(error)) await device.wipe({ butScans: true });
  if (!device.current()) location.reload();
}

function tell(words, act = null) {
  banners.replaceChildren(h("p", {}, h("span", {}, words), act && button(act.words, act.run)));
}

async function look() {
  const { waiting, attention } = await visitCounts();
  status.dataset.kind = attention ? "attention" : waiting ? "waiting" : "sent";
  status.textContent = attention ? t("status_attention", { n: attention }) : waiting ? t("status_waiting", { n: waiting }) : t("status_sent");
  offline.hidden = navigator.onLine;
  if (waiting && !navigator.onLine) updates.askForBackground();
}

function draw() {
  root.replaceChildren(
    h("header", {}, h("h1", { class: "brand" }, t("title")), status,
      button(t("language"), () => { switchLanguage(); location.reload(); }, { id: "language", class: "plain" })),
    offline, banners, stage);
  offline.textContent = t("offline");
  listFamilies();
}

function listFamilies() {
  const words = { "aria-label": t("search_family"), placeholder: t("search_family") };
  const search = h("input", { id: "search", type: "search", autocomplete: "off", ...words, oninput: fill });
  const township = h("select", { id: "township", "aria-label": t("every_township"), onchange: fill },
    h("option", { value: "" }, t("every_township")), (carried?.townships ?? []).map((one) => h("option", { value: one }, one)));
  const list = h("ul", { class: "families" });
  const told = h("p", { class: "small" }, carried ? t("families_asof", { time: moment(carried.server_time) }) : t("families_none"));
  function fill() {
    const wanted = search.value.trim().toUpperCase();
    const found = (carried?.families ?? []).filter((one) => (!township.value || one.township === township.value)
      && (!wanted || `${one.reference} ${one.head}`.toUpperCase().includes(wanted)));
    list.replaceChildren(...found.slice(0, SHOWN_MAX).map(familyRow));
  }
  fill();
  stage.replaceChildren(h("h2", {}, t("families")), search, township, list, told,
    button(t("families_renew"), () => renew(true), { id: "renew" }), h("p", {}, h("a", { href: "/needs" }, t("plain_pages"))));
}

function familyRow(family) {
  const needs = family.needs.length ? t("open_needs", { n: family.needs.length }) : "";
  const words = [h("strong", {}, `${family.head} · ${family.township}`),
    h("span", { class: "small" }, [family.reference, needs].filter(Boolean).join(" · "))];
  return h("li", {}, button(words, () => visit(family), { class: "family", "data-family": family.id }));
}

async function visit(family) {
  const saved = await visitForm(stage, { family, kinds: carried.kinds, programmes: carried.programmes || [] });
  listFamilies();
  if (!saved) return;
  tell(t("saved"), { words: t("take_back"), run: async () => {
    await takeBack(saved.visit_id, { household: saved.household, met: saved.met, head: family.head, reference: family.reference });
    tell(t("taken_back"));
    await look();
    sync.nudge();
  } });
  await look();
  sync.nudge();
}

async function renew(isAsked) {
  try {
    carried = (await fetchFamilies(device.current().key)).body;
    await keepSealed(FAMILIES, carried);
    // Whoever is writing a visit down is not disturbed.
    if (!stage.querySelector("form.visit")) listFamilies();
  } catch {
    if (isAsked) tell(t("families_failed"));
  }
}

async function run() {
  carried = await familiesOfLate().catch(() => null);
  draw();
  sync.start();
  device.refresh().then(() => (device.current() ? device.renew() : location.reload())).catch(() => {});
  renew(false);
  tabs?.addEventListener("message", look);
  addEventListener("online", look);
  updates.askToPersist();
  await forgetOldVisits();
  await look();
}

async function familiesOfLate() {
  const kept = await keptSealed(FAMILIES);
  if (!kept || Date.now() - Date.parse(kept.server_time) < FAMILIES_MS_MAX) return kept;
  await forgetSealed(FAMILIES);
  return null;
}

async function start() {
  learnWords(VISIT_WORDS);
  chooseLanguage();
  try {
    await open();
    await device.load();
  } catch {
    return root.replaceChildren(...updates.noStorage());
  }
  updates.register((act) => tell(t("new_version"), { words: t("restart"), run: act }));
  const token = new URLSearchParams(location.hash.slice(1)).get("enrol");
  if (location.hash) history.replaceState(null, "", location.pathname);
  if (token) await enrolByToken(token);
  if (device.current()) await run();
  else welcome(root, { again: () => { switchLanguage(); location.reload(); }, enrolled: () => location.reload() });
  document.body.dataset.ready = "yes";
  return undefined;
}

start();
