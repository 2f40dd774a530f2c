// One visit: who was met, what became of known needs, what is lacking, a note and photos. Yields the stored visit, or
// null where the liaison went back.

import { newId, stamp } from "./clock.js";
import { button, h, sheet } from "./dom.js";
import { takePhoto } from "./proofs.js";
import { putVisit } from "./visit-outbox.js";
import { named, t } from "./words.js";

const MET = ["HEAD", "MEMBER", "GUARDIAN", "NEIGHBOUR", "NOBODY"];
const URGENCIES = [3, 2, 1, 0];
const [PHOTOS_MAX, NEEDS_MAX, TEXT_MAX, NOTE_MAX] = [6, 20, 500, 1000];

export function visitForm(stage, { family, kinds, programmes }) {
  return new Promise((resolve) => {
    const visit = { met: null, programme: "", findings: new Map(), needs: [], photos: [] };
    const told = h("p", { class: "error", role: "alert" });
    const note = h("textarea", { id: "note", rows: "3", maxlength: String(NOTE_MAX) });
    const needs = h("ul", { class: "lacking" });
    const photos = h("p", { class: "small", role: "status" });
    const redraw = () => {
      needs.replaceChildren(...visit.needs.map((need) => h("li", {}, h("span", {}, aboutNeed(need, kinds)),
        button(t("remove"), () => { visit.needs.splice(visit.needs.indexOf(need), 1); redraw(); }, { class: "small" }))));
      photos.textContent = visit.photos.length ? t("photos_n", { n: visit.photos.length }) : t("visit_photo_hint");
    };
    const save = async (event) => {
      event.preventDefault();
      told.textContent = visit.met ? "" : t("choose_met");
      if (!visit.met) return told.scrollIntoView({ block: "center" });
      go.disabled = true;
      try {
        const body = bodyOf(visit, family, note.value.trim());
        await putVisit(body, visit.photos, { head: family.head, reference: family.reference });
        resolve(body);
      } catch {
        told.textContent = t("save_failed");
        go.disabled = false;
      }
      return undefined;
    };
    const addPhoto = async () => {
      told.textContent = visit.photos.length < PHOTOS_MAX ? "" : t("photos_most", { n: PHOTOS_MAX });
      const photo = told.textContent ? null : await takePhoto().catch(() => { told.textContent = t("photo_unreadable"); });
      if (photo && !visit.photos.some((one) => one.sha256 === photo.sha256)) visit.photos.push(photo);
      redraw();
    };
    const addNeed = async (kind) => {
      told.textContent = visit.needs.length < NEEDS_MAX ? "" : t("needs_most", { n: NEEDS_MAX });
      const need = told.textContent ? null : await askNeed(kind, family);
      if (need) visit.needs.push(need);
      redraw();
    };
    const leave = async () => {
      const isEmpty = !visit.needs.length && !visit.photos.length && !visit.findings.size && !note.value.trim();
      if (isEmpty || await sureToLeave()) resolve(null);
    };
    const go = h("button", { class: "big", id: "save" }, t("save_visit"));
    stage.replaceChildren(h("form", { class: "visit stack", onsubmit: save },
      h("h2", { tabIndex: -1 }, `${family.head} · ${family.township}`), h("p", { class: "code" }, family.reference),
      choices(t("who_met"), MET.map((one) => [one, t(one)]), (one) => { visit.met = one; }),
      family.needs.length ? h("h3", {}, t("known_needs")) : null, family.needs.map((need) => knownNeed(need, kinds, visit.findings)),
      h("h3", {}, t("what_lacks")),
      h("div", { class: "kinds" }, kinds.map((kind) => button(named(kind), () => addNeed(kind), { "data-kind": kind.code }))), needs,
      programmes.length ? choices(t("for_programme"), [["", t("no_programme")], ...programmes.map((one) => [one.code, named(one)])],
        (one) => { visit.programme = one; }) : null,
      h("label", { for: "note" }, t("note")), note,
      button(t("add_photo"), addPhoto, { id: "photo" }), photos, told, go, button(t("back"), leave, { id: "leave", class: "plain" })));
    redraw();
    stage.querySelector("h2").focus();
  });
}

const sureToLeave = () => sheet(t("leave_visit"), (close) => h("div", { class: "choices" },
  button(t("leave_stay"), () => close(false), { class: "big" }),
  button(t("leave_go"), () => close(true), { id: "leave-go" })), { closingLabel: t("close") });

// One of several, as big buttons that say which is pressed.
function choices(title, options, choose) {
  const buttons = options.map(([value, words]) => button(words, () => {
    buttons.forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.value === String(value))));
    choose(value);
  }, { "aria-pressed": "false", "data-value": String(value) }));
  return h("div", { role: "group", "aria-label": title }, h("h3", {}, title), h("div", { class: "kinds" }, buttons));
}

function knownNeed(need, kinds, findings) {
  const words = need.state === "MET" ? ["HELPED", "NOT_HELPED"] : ["STILL_THERE", "GONE"];
  const title = `${kindWords(need.kind, kinds)} · ${t(`urgency_${need.urgency}`)} · ${t(need.state)}`;
  return choices(title, words.map((one) => [one, t(one)]), (found) => findings.set(need.id, found));
}

const kindWords = (code, kinds) => named(kinds.find((one) => one.code === code)) || code;

function aboutNeed(need, kinds) {
  const count = need.quantity > 1 ? `× ${need.quantity}` : "";
  return [kindWords(need.kind, kinds), t(`urgency_${need.urgency}`), need.size, count].filter(Boolean).join(" · ");
}

// Asks how urgent a need is; the rest may stay empty. Yields the need, or null.
const askNeed = (kind, family) => sheet(named(kind), (close) => {
  let member = null;
  const size = h("input", { id: "size", maxlength: "20", autocomplete: "off" });
  const quantity = h("input", { id: "quantity", type: "number", inputmode: "numeric", min: "1", max: "100", value: "1" });
  const text = h("textarea", { id: "in-words", rows: "2", maxlength: String(TEXT_MAX) });
  const finish = (urgency) => close({
    need_id: newId(), kind: kind.code, urgency, text: text.value.trim(), size: size.value.trim(),
    quantity: Math.min(100, Math.max(1, Number.parseInt(quantity.value, 10) || 1)), ...(member && { member }),
  });
  const members = family.members.map((one) => [one.id, [one.name, one.relation].filter(Boolean).join(" ")]);
  const forWhom = [["", t("whole_family")], ...members];
  return h("div", { class: "stack" },
    members.length ? choices(t("for_whom"), forWhom, (one) => { member = one || null; }) : null,
    kind.has_size ? [h("label", { for: "size" }, t("size")), size] : null,
    h("label", { for: "quantity" }, t("quantity")), quantity, h("label", { for: "in-words" }, t("in_words")), text,
    h("h3", {}, t("urgency")),
    h("div", { class: "kinds" }, URGENCIES.map((one) => button(t(`urgency_${one}`), () => finish(one), { "data-urgency": String(one) }))));
}, { closingLabel: t("close") });

function bodyOf(visit, family, note) {
  return {
    visit_id: newId(), household: family.id, visited_at: stamp(), met: visit.met, programme: visit.programme, note,
    needs: visit.needs, photos: visit.photos.map((photo) => photo.sha256),
    findings: [...visit.findings].map(([need, found]) => ({ need, found })),
  };
}
