// The small questions: which step, which reason, which code.

import { typedSoFar } from "./codes.js";
import { button, h, sheet } from "./dom.js";
import { stamp } from "./clock.js";
import { MORE_STEPS, REASONS, STEPS } from "./station.js";
import { day, t } from "./words.js";
import { KINDS } from "./works.js";

const DAY_MS = 24 * 60 * 60 * 1000;
// The server takes what lies beyond for a slip of the hand.
const TRY_DAYS_MAX = 60;
const CODE_LENGTH = 20;
const closing = () => ({ closingLabel: t("close") });

const grid = (names, current, choose) => h("div", { class: "choices" }, names.map((name) =>
  button(t(name), () => choose(name), { "aria-pressed": String(name === current), "data-name": name })));

// Yields the step or the kind of work that was chosen, or null.
export const chooseStep = (current) => sheet(t("choose_step"), (close) => [
  grid(STEPS, current, close), h("h3", {}, t("warehouse_work")), grid(KINDS, null, close),
  h("h3", {}, t("more")), grid(MORE_STEPS, current, close),
  h("h3", {}, t("other_pages")), h("nav", { class: "choices" }, h("a", { class: "button", href: "/scan/plain" }, t("plain"))),
], closing());

// Yields the reason that was chosen; null for steps that need none, and where the person turned back.
export async function chooseReason(step, current) {
  if (!REASONS[step]) return "";
  return sheet(`${t(step)}: ${t("why")}`, (close) => [grid(REASONS[step], current, close)], closing());
}

// Yields the day on which a family is tried again, "" where none is set; null where the person turned back.
export const chooseNextTry = () => sheet(t("next_try"), (close) => {
  const other = h("input", { type: "date", id: "next-try", min: later(0), max: later(TRY_DAYS_MAX) });
  other.addEventListener("change", () => other.value && other.checkValidity() && close(other.value));
  const dayIn = (days, name) => button([h("span", {}, t(name)), h("span", { class: "small" }, day(later(days)))],
    () => close(later(days)), { "data-name": name, class: "two" });
  return [h("div", { class: "choices" }, dayIn(1, "tomorrow"), dayIn(2, "in_two_days"), dayIn(7, "in_a_week"),
    button(t("no_next_try"), () => close(""), { "data-name": "no_next_try" })),
  h("label", { for: "next-try" }, t("other_day")), other];
}, closing());

const later = (days) => stamp(new Date(Date.now() + days * DAY_MS)).slice(0, 10);

// Yields the code that was typed, or null. Says while it is typed whether it can be right.
export const typeCode = (place) => sheet(t("type_title"), (close) => {
  const told = h("p", { class: "told", role: "status" });
  const field = h("input", {
    id: "typed", autofocus: true, autocomplete: "off", autocapitalize: "characters", spellcheck: false, enterkeyhint: "go",
    maxlength: "120", oninput: () => tell(),
  });
  const go = h("button", { class: "big" }, t("take"));
  const tell = () => {
    const { state, count, sign } = typedSoFar(field.value, place);
    told.dataset.state = state;
    told.textContent = field.value ? t(`typed_${state}`, { n: Math.abs(CODE_LENGTH - count), sign }) : "";
  };
  const form = h("form", { class: "stack", onsubmit: (event) => {
    event.preventDefault();
    if (field.value.trim()) close(field.value);
  } }, h("label", { for: "typed" }, t("type_label")), field, told, go);
  return form;
}, closing());
