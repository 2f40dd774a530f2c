// The round's list on the device: what was scanned in this step, and above all what is missing.

import { grouped } from "./codes.js";
import { button, h, sheet } from "./dom.js";
import { day, named, nameOf, t } from "./words.js";

// Shows the list; `renew` fetches it again, `forget` removes it from the device.
export async function openRound({ station, renew, forget }) {
  const { pack } = station;
  const { done, all } = await station.progress();
  const parcels = [...pack.parcels.values()];
  const tries = await station.tries();
  const words = t("round_progress", { done: done.size, all, rest: all - done.size });
  return sheet(`${t(station.step)} · ${nameOf(pack.round)}`, (close) => [
    h("p", {}, words), h("progress", { max: all, value: done.size, "aria-label": words }),
    part(t("round_missing"), parcels.filter((parcel) => !done.has(parcel.code)), "missing", tries),
    part(t("round_done"), parcels.filter((parcel) => done.has(parcel.code)), "done", tries),
    h("div", { class: "choices" },
      button(t("round_renew"), () => renew().then(() => close())),
      button(t("round_forget"), () => forget().then(() => close()), { class: "danger" })),
  ].flat(), { closingLabel: t("close") });
}

const part = (title, parcels, name, tries) => (parcels.length ? [h("h3", {}, `${title} (${parcels.length})`),
  h("ul", { class: "scans", "data-part": name }, parcels.map((parcel) => h("li", {},
    h("div", {}, h("span", { class: "code" }, grouped(parcel.code)),
      h("span", { class: "small" }, [named(parcel.programme), parcel.township].filter(Boolean).join(" · ")),
      tries.has(parcel.code) ? h("span", { class: "small tried" }, triedWords(tries.get(parcel.code))) : null))))] : []);

const triedWords = ({ reason, next_try }) =>
  [t("ATTEMPT"), t(reason ?? "OTHER"), next_try && t("next_try_on", { day: day(next_try) })].filter(Boolean).join(" · ");
