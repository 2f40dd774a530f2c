// Dated goods: whoever packs them scans the label of the lot, so that what is written down is what went in.

import { grouped, kindOf, readCode } from "./codes.js";
import { button, h, sheet } from "./dom.js";
import { sound } from "./feedback.js";
import { day, t } from "./words.js";

// What a programme's rule calls the label of a lot.
export const LOT_LABEL = "LOT_LABEL";

// Whether packing this parcel asks for a lot's label. Of a parcel that this device does not carry it knows only what
// the server last said.
export const asksForLot = (parcel, wasAsked) =>
  (parcel ? Boolean(parcel.required_proofs?.includes(LOT_LABEL) && parcel.lots?.length) : wasAsked);

// Yields {fields, isWrong} once a lot's label is there, {fields: {}} where the goods have none, or null where the person
// turned back.
export function askForLot({ code, parcel, place, lens, catchCodes, typeCode }) {
  const lots = parcel?.lots ?? [];
  return sheet(t("lot_title"), (close, dialog) => {
    const told = h("p", { class: "told", role: "status" }, t("lot_hint"));
    const view = h("div", { class: "view", hidden: true });
    const hear = (text) => {
      const lot = lotIn(text, place);
      if (lot) return close({ fields: { lot_code: lot }, isWrong: lots.length > 0 && !lots.some((one) => one.code === lot) });
      told.textContent = t("lot_none");
      return sound("stop");
    };
    catchCodes(hear);
    lens.lend(view);
    dialog.addEventListener("close", () => { catchCodes(null); lens.lend(null); });
    return [
      h("p", { class: "code" }, grouped(code)), view, told,
      lots.length ? h("ul", { class: "scans" }, lots.map((one) => h("li", {}, h("div", {},
        h("span", { class: "code" }, grouped(one.code)), h("span", { class: "small" }, t("until", { day: day(one.expires_on) })))))) : null,
      h("div", { class: "choices" },
        button(t("type"), async () => { const text = await typeCode(); if (text) hear(text); }, { id: "type-lot" }),
        lots.length ? null : button(t("lot_undated"), () => close({ fields: {} }))),
    ].filter(Boolean);
  }, { closingLabel: t("cancel") });
}

function lotIn(text, place) {
  try {
    const code = readCode(text, place);
    return kindOf(code) === "LOT" ? code : null;
  } catch {
    return null;
  }
}
