// What proves a delivery, as the programme's rule asks for it: taken, shrunk and hashed here, stored with its scan.

import { readCode, kindOf } from "./codes.js";
import { button, h, sheet } from "./dom.js";
import { sound } from "./feedback.js";
import { cardFits, collects, sha256Of } from "./judge.js";
import { pickPhoto, shrunk } from "./lens.js";
import SignaturePad from "./vendor/signature_pad.min.js";
import { t } from "./words.js";

const PHOTO_SIDE_MAX = 1_600;
const PHOTO_QUALITY = 0.75;
const CARDS = new Set(["HOUSEHOLD_CARD", "COLLECTOR_CARD"]);
const PEN = { minWidth: 1.2, maxWidth: 3.2, penColor: "#101010", backgroundColor: "#ffffff" };

// Yields {fields, proofs} once all kinds are there, or null where the person turned back. While it is open, codes that
// are scanned come here.
export function askForProofs({ code, parcel, kinds, operator, catchCodes, place, lens, signIn }) {
  const given = { fields: {}, proofs: [] };
  const has = (kind) => given.proofs.some((proof) => proof.kind === kind) || FIELDS[kind] in given.fields;
  return sheet(t("proof_title"), (close, dialog) => {
    const told = h("p", { class: "error", role: "alert" });
    const rows = h("div", { class: "choices proofs" });
    const go = button(t("proof_confirm"), () => close(given), { class: "big", id: "confirm-proofs" });
    const draw = () => {
      rows.replaceChildren(...kinds.map((kind) => button(`${has(kind) ? "✓ " : ""}${t(kind)}`, () => take(kind), {
        "data-kind": kind, class: has(kind) ? "is-done" : "", "aria-description": has(kind) ? t("proof_done") : t("proof_needed"),
      })));
      go.disabled = !kinds.every(has);
    };
    const take = async (kind) => {
      told.textContent = kind === "HOUSEHOLD_CARD" ? t("card_hint") : "";
      await TAKERS[kind]?.(given, { operator, signIn });
      draw();
    };
    // A card that is scanned: the family's own, or that of somebody whom it lets collect.
    const hear = async (text) => {
      const { code: card, kind } = cardIn(text, place);
      const isStrange = kind === "COLLECTOR_CARD" && (await collects(parcel, card)) === false;
      if (!card || isStrange) {
        told.textContent = t(isStrange ? "collector_unknown" : "card_hint");
        return sound("stop");
      }
      given.fields[FIELDS[kind]] = card;
      if (kind === "HOUSEHOLD_CARD" && (await cardFits(parcel, card)) === false) return close(given);
      told.textContent = "";
      sound("good");
      return draw();
    };
    const view = h("div", { class: "view", hidden: true });
    const wantsCards = kinds.includes("HOUSEHOLD_CARD") || kinds.includes("COLLECTOR");
    catchCodes(hear);
    if (wantsCards) lens.lend(view);
    dialog.addEventListener("close", () => {
      catchCodes(null);
      if (wantsCards) lens.lend(null);
    });
    draw();
    return [h("p", { class: "code" }, code), view, rows, told, go];
  }, { closingLabel: t("cancel") });
}

const FIELDS = {
  HOUSEHOLD_CARD: "household_code", ONE_TIME_CODE: "one_time_code", COLLECTOR: "collector", COLLECTOR_CARD: "collector",
  TWO_PERSONS: "witness",
};

const TAKERS = {
  SIGNATURE: async (given) => add(given, "SIGNATURE", await askSignature()),
  PHOTO: async (given) => add(given, "PHOTO", await takePhoto()),
  SIGNED_SHEET: async (given) => add(given, "SIGNED_SHEET", await takePhoto()),
  ONE_TIME_CODE: async (given) => {
    const text = await askText(t("ONE_TIME_CODE"), t("one_time_label"), { inputmode: "numeric", autocomplete: "one-time-code", maxlength: "12" });
    if (text) given.fields.one_time_code = text;
  },
  COLLECTOR: async (given) => {
    const name = await askText(t("COLLECTOR"), t("collector_name"), { maxlength: "60", autocomplete: "off" });
    if (name) given.fields.collector = name;
  },
  TWO_PERSONS: async (given, { operator, signIn }) => {
    const second = await signIn({ not: operator, title: t("second_person") });
    if (second) given.fields.witness = second.id;
  },
};

function add(given, kind, proof) {
  if (proof) given.proofs = [...given.proofs.filter((one) => one.kind !== kind), { ...proof, kind }];
}

function cardIn(text, place) {
  try {
    const code = readCode(text, place);
    return CARDS.has(kindOf(code)) ? { code, kind: kindOf(code) } : {};
  } catch {
    return {};
  }
}

const askText = (title, label, properties) => sheet(title, (close) => {
  const field = h("input", { id: "asked", autofocus: true, required: true, ...properties });
  return h("form", { class: "stack", onsubmit: (event) => {
    event.preventDefault();
    close(field.value.trim());
  } }, h("label", { for: "asked" }, label), field, h("button", { class: "big" }, t("take")));
}, { closingLabel: t("cancel") });

const askSignature = () => sheet(t("SIGNATURE"), (close, dialog) => {
  const canvas = h("canvas", { class: "pad", "aria-label": t("sign_here"), role: "img" });
  let pad = null;
  // The canvas has its size once the sheet is open.
  requestAnimationFrame(() => {
    canvas.width = canvas.clientWidth * devicePixelRatio;
    canvas.height = canvas.clientHeight * devicePixelRatio;
    canvas.getContext("2d").scale(devicePixelRatio, devicePixelRatio);
    pad = new SignaturePad(canvas, PEN);
  });
  dialog.addEventListener("close", () => pad?.off());
  const finish = async () => {
    if (pad && !pad.isEmpty()) close(await stored(canvas, "image/png"));
  };
  return [h("p", {}, t("sign_here")), canvas,
    h("div", { class: "choices" }, button(t("clear"), () => pad?.clear()), button(t("done"), finish, { class: "big" }))];
}, { closingLabel: t("cancel") });

// A photo, shrunk, turned upright and written anew: what the camera noted beside the picture (place, phone) is left out.
export async function takePhoto() {
  const file = await pickPhoto();
  if (!file) return null;
  const picture = await shrunk(file, PHOTO_SIDE_MAX);
  const canvas = h("canvas", { width: picture.width, height: picture.height });
  canvas.getContext("2d").drawImage(picture, 0, 0);
  picture.close();
  return stored(canvas, "image/jpeg", PHOTO_QUALITY);
}

async function stored(canvas, type, quality) {
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, quality));
  const bytes = await blob.arrayBuffer();
  return { type, bytes, sha256: await sha256Of(bytes) };
}
