// The device itself: who uses it, in which language, whether its memory is safe; and the way to wipe it.

import * as device from "./device.js";
import { button, h, sheet } from "./dom.js";
import { counts } from "./outbox.js";
import { check } from "./people.js";
import { isChinese, named, switchLanguage, t } from "./words.js";

const PIN = { type: "password", inputmode: "numeric", autocomplete: "off", minlength: "4", maxlength: "8", pattern: "[0-9]*" };
const minutes = (ms) => Math.ceil(ms / 60_000);

// Yields the operator who gave the right PIN, or null. `not` leaves one out: the second person is another.
export async function signIn({ not = null, title = t("people") } = {}) {
  const people = (device.current()?.operators ?? []).filter((one) => one.id !== not?.id);
  const operator = await sheet(title, (close) => [h("div", { class: "choices" }, people.map((one) =>
    button(one.name, () => close(one), { disabled: !one.pin, title: one.pin ? null : t("pin_none") }))),
  people.some((one) => one.pin) ? null : h("p", { class: "empty" }, t("no_pins"))], { closingLabel: t("close") });
  return operator ? askPin(operator) : null;
}

const askPin = (operator) => sheet(t("pin_of", { name: operator.name }), (close) => {
  const told = h("p", { class: "error", role: "alert" });
  const field = h("input", { id: "pin", autofocus: true, required: true, ...PIN });
  return h("form", { class: "stack", onsubmit: async (event) => {
    event.preventDefault();
    const { isRight, triesLeft, lockedMs } = await check(operator, field.value);
    field.value = "";
    if (isRight) return close(operator);
    told.textContent = lockedMs ? t("pin_locked", { n: minutes(lockedMs) }) : t("pin_wrong", { n: triesLeft });
    return field.focus();
  } }, h("label", { for: "pin" }, t("pin")), field, told, h("button", { class: "big" }, t("take")));
}, { closingLabel: t("close") });

// Shows the settings; yields what was asked for: "LANGUAGE", "PEOPLE", "OUT", "CAMERA", "WIPED" or null.
export async function openSettings({ operator, version, decoder, cameras }) {
  const own = device.current();
  const { waiting, attention } = await counts();
  const isPersistent = await navigator.storage?.persisted?.();
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;
  return sheet(t("settings"), (close) => [
    h("div", { class: "choices" },
      button(t("language"), () => { switchLanguage(); close("LANGUAGE"); }, { lang: isChinese() ? "en" : "zh-Hans" }),
      own?.operators?.length
        ? button(operator ? `${operator.name} · ${t("sign_out")}` : t("people"), () => close(operator ? "OUT" : "PEOPLE")) : null,
      cameras > 1 ? button(t("camera_choose"), () => close("CAMERA")) : null,
      own?.organisation?.telephone ? callButton(own.organisation) : null),
    h("dl", { class: "facts" }, facts([
      [t("device"), own ? [own.name, own.code].filter(Boolean).join(" · ") : "—"],
      [t("organisation"), named(own?.organisation?.name) || "—"],
      [t("storage"), `${megabytes(usage)} / ${megabytes(quota)}`], [t("persistent"), isPersistent ? t("yes") : t("not_persistent")],
      [t("decoder"), decoder || "—"], [t("version"), version],
    ])),
    own ? button(t("wipe"), () => askToWipe(waiting + attention).then((isWiped) => isWiped && close("WIPED")), { class: "danger" }) : null,
  ], { closingLabel: t("close") });
}

const callButton = ({ telephone, name }) =>
  h("a", { class: "button", href: `tel:${telephone}` }, t("call_office", { name: named(name) }));

const facts = (rows) => rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));

const askToWipe = (unsent) => sheet(t("wipe"), (close) => [
  h("p", {}, t("wipe_sure", { n: unsent })),
  h("div", { class: "choices" }, button(t("cancel"), () => close(false)),
    button(t("wipe_go"), () => device.wipe().then(() => close(true)), { class: "danger" })),
], { closingLabel: t("close") });
