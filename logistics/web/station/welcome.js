// A phone that is no device yet: how it becomes one.

import * as device from "./device.js";
import { Problem } from "./door.js";
import { button, h, sheet } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

const KNOWN = new Set(["enrolment_unknown", "enrolment_used", "enrolment_expired"]);

// Draws the first page into `root`. `again` draws it anew, `enrolled` goes on with the device.
export function welcome(root, { again, enrolled }) {
  const told = h("p", { class: "error", role: "alert" });
  const name = h("input", { id: "device-name", maxlength: "60", value: t("enrol_default") });
  const tryHere = async () => {
    told.textContent = "";
    try {
      const made = await device.enrolSignedIn(name.value.trim() || t("enrol_default"));
      if (made) enrolled(made);
      else location.assign(`/sign-in?next=${location.pathname}`);
    } catch (error) {
      told.textContent = problemOf(error);
    }
  };
  root.replaceChildren(
    h("header", {}, h("h1", { class: "brand" }, t("title")), button(t("language"), again, { id: "language", class: "plain" })),
    h("section", { class: "welcome" }, h("p", { class: "square" }, icon("camera")),
      h("h2", {}, t("enrol_title")), h("p", {}, t("enrol_how")),
      h("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); tryHere(); } },
        h("label", { for: "device-name" }, t("enrol_name")), name, told, h("button", { class: "big" }, t("enrol_here"))),
      location.pathname.startsWith("/scan/") ? h("p", {}, h("a", { class: "button", href: "/scan/plain" }, t("plain"))) : null));
}

// Asks for a name and enrols with the token of a one-time code. Yields the device, or null.
export const enrolByToken = (token) => sheet(t("enrol_title"), (close) => {
  const told = h("p", { class: "error", role: "alert" });
  const name = h("input", { id: "new-name", maxlength: "60", required: true, value: t("enrol_default"), autofocus: true });
  const go = h("button", { class: "big" }, t("enrol_go"));
  return h("form", { class: "stack", onsubmit: async (event) => {
    event.preventDefault();
    go.disabled = true;
    try {
      close(await device.enrolWith(token, name.value.trim()));
    } catch (error) {
      told.textContent = problemOf(error);
    }
    go.disabled = false;
  } }, h("label", { for: "new-name" }, t("enrol_name")), name, told, go);
}, { closingLabel: t("close") });

export function problemOf(error) {
  if (!(error instanceof Problem)) return t("enrol_network");
  return KNOWN.has(error.code) ? t(error.code) : t("enrol_failed", { code: error.code || error.status });
}
