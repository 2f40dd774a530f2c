// What this device has scanned: what needs a person, what waits, what was accepted.

import { grouped } from "./codes.js";
import { button, h, sheet } from "./dom.js";
import { toneOf } from "./feedback.js";
import { icon } from "./icons.js";
import * as outbox from "./outbox.js";
import { factsOf } from "./screen.js";
import { isChinese, moment, nextWords, outcomeWords, t } from "./words.js";

const ROWS_MAX = 100;

// Shows the list; `send` tries the upload now.
export const openList = ({ send, changed }) => sheet(t("outbox"), (close, dialog) => {
  const body = h("div", { class: "lists" });
  const draw = async () => body.replaceChildren(...await parts({ send, draw: () => draw().then(changed) }));
  draw();
  // What is sent meanwhile moves before the eyes.
  const timer = setInterval(draw, 2_000);
  dialog.addEventListener("close", () => clearInterval(timer));
  return body;
}, { closingLabel: t("close") });

async function parts({ send, draw }) {
  const scans = await outbox.everyScan();
  const done = await outbox.recent(ROWS_MAX);
  const needs = scans.filter((record) => record.state === "ATTENTION");
  const waits = scans.filter((record) => record.state !== "ATTENTION");
  if (!scans.length && !done.length) return [h("p", { class: "empty" }, t("nothing_here"))];
  return [
    part("to_look_at", needs, (record) => needsRow(record, draw)),
    part("to_send", waits.slice(0, ROWS_MAX), (record) => row(record, "taken", outcomeWords(record.shown)),
      button(t("send_now"), () => send().then(draw), { class: "small" })),
    part("sent", done, (record) => row(record, toneOf(record.answer?.outcome ?? record.shown), outcomeWords(record.answer?.outcome ?? record.shown))),
  ].flat();
}

function part(name, records, draw, extra = null) {
  if (!records.length) return [];
  return [h("h3", {}, `${t(name)} (${records.length})`, extra), h("ul", { class: "scans", "data-part": name }, records.map(draw))];
}

const row = (record, tone, words, ...more) => h("li", { "data-tone": tone },
  h("span", { class: "sign" }, icon(tone)),
  h("div", {}, h("strong", {}, `${t(record.step)} · ${words}`), h("span", { class: "code" }, grouped(record.code)),
    h("span", { class: "small" }, moment(record.at), record.undone ? ` · ${t("UNDO")}` : ""), more));

function needsRow(record, draw) {
  const { answer, problem } = record;
  if (problem) {
    return row(record, "stop", t("refused_request", { code: problem.code || problem.status }),
      button(t("try_again"), () => outbox.tryAgain(record.sequence).then(draw), { class: "small" }));
  }
  const next = answer.message?.[isChinese() ? "zh" : "en"] ?? nextWords(answer.outcome);
  return row(record, toneOf(answer.outcome), outcomeWords(answer.outcome),
    h("p", { class: "next" }, next), factsOf({ facts: answer.facts ?? {} }).map((fact) => h("p", { class: "small" }, fact)),
    record.shown === answer.outcome ? null : h("p", { class: "small" }, t("said_then", { words: outcomeWords(record.shown) })),
    button(t("seen"), () => outbox.dismiss(record.sequence).then(draw), { class: "small" }));
}
