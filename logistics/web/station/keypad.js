// A number, for hands in gloves: keys that are as large as the screen allows, and the number above them.

import { button, h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

const DIGITS_MAX = 6;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

// Returns the elements that ask for a whole number; `close` hears it.
export function keypad(close, { least = 1, unit = "" } = {}) {
  // A keyboard may type into it; a telephone shows none of its own.
  const field = h("input", {
    id: "quantity", inputmode: "none", autocomplete: "off", maxlength: String(DIGITS_MAX), "aria-label": t("how_many"),
    oninput: () => set(field.value),
  });
  const go = button(t("next_step"), () => finish(), { class: "big", id: "quantity-go" });
  const value = () => (field.value === "" ? -1 : Number(field.value));
  const set = (text) => {
    field.value = text.replace(/\D/g, "").replace(/^0+(?=\d)/, "").slice(0, DIGITS_MAX);
    go.disabled = value() < least;
  };
  const finish = () => value() >= least && close(value());
  const key = (digit) => button(digit, () => set(field.value + digit), { "data-digit": digit });
  field.addEventListener("keydown", (event) => event.key === "Enter" && finish());
  set("");
  return [
    h("div", { class: "counted" }, field, unit ? h("span", {}, unit) : null),
    h("div", { class: "keypad" }, KEYS.map(key),
      button(t("clear_all"), () => set(""), { class: "small" }), key("0"),
      button(icon("erase"), () => set(field.value.slice(0, -1)), { "aria-label": t("erase") })),
    go,
  ];
}
