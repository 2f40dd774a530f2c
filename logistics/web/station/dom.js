// Elements in one expression; texts are always texts.

import { icon } from "./icons.js";

export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// `words` is one text, or a drawing and a text.
export const button = (words, onclick, properties = {}) => h("button", { type: "button", onclick, ...properties }, words);

// A sheet over the page: closed by Escape, by its button or by `close()`. Yields what `close` was called with.
export function sheet(title, build, { closingLabel = "" } = {}) {
  return new Promise((resolve) => {
    let value = null;
    const close = (given = null) => {
      value = given;
      dialog.close();
    };
    const head = h("h2", { id: "sheet-title", tabIndex: -1 }, title);
    const dialog = h("dialog", { "aria-labelledby": "sheet-title" },
      h("div", { class: "head" }, head, button(icon("close"), () => close(), { class: "plain", "aria-label": closingLabel })));
    dialog.append(...[build(close, dialog)].flat().filter(Boolean));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(value);
    });
    document.body.append(dialog);
    dialog.showModal();
    (dialog.querySelector("[autofocus]") ?? head).focus();
  });
}
