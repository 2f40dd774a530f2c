// The small questions: which step, which reason, which code.

import { typedSoFar } from "./codes.js";
import { button, h, sheet } from "./dom.js";
import { MORE_STEPS, REASONS, STEPS } from "./station.js";
import { t } from "./words.js";

const PAGES = { goods_in: "/receive", assemble: "/assemble", stock_take: "/counts", plain: "/scan/plain" };
const CODE_LENGTH = 20;
const closing = () => ({ closingLabel: t("close") });

const grid = (names, current, choose) => h("div", { class: "choices" }, names.map((name) =>
  button(t(name), () => choose(name), { "aria-pressed": String(name === current), "data-name": name })));

// Yields the step that was chosen, or null.
export const chooseStep = (current) => sheet(t("choose_step"), (close) => [
  grid(STEPS, current, close), h("h3", {}, t("more")), grid(MORE_STEPS, current, close),
  h("h3", {}, t("other_pages")),
  h("nav", { class: "choices" }, Object.entries(PAGES).map(([name, href]) => h("a", { class: "button", href }, t(name)))),
], closing());

// Yields the reason that was chosen; null for steps that need none, and where the person turned back.
export async function chooseReason(step, current) {
  if (!REASONS[step]) return "";
  return sheet(`${t(step)}: ${t("why")}`, (close) => [grid(REASONS[step], current, close)], closing());
}

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
