// What this device has scanned: what needs a person, what waits, what was accepted.

import { grouped } from "./codes.js";
import { button, h, sheet } from "./dom.js";
import { toneOf } from "./feedback.js";
import { icon } from "./icons.js";
import * as outbox from "./outbox.js";
import { factsOf } from "./screen.js";
import { isChinese, moment, named, nextWords, outcomeWords, t } from "./words.js";
import { closeWork, sendWorkAgain, works } from "./works.js";

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
  const work = await works();
  const needs = scans.filter((record) => record.state === "ATTENTION");
  const waits = scans.filter((record) => record.state !== "ATTENTION");
  if (!scans.length && !done.length && !work.length) return [h("p", { class: "empty" }, t("nothing_here"))];
  return [
    part("to_look_at", [...needs, ...inState(work, "ATTENTION")], (record) => needsRow(record, draw)),
    part("to_send", [...waits, ...inState(work, "WAITING")].slice(0, ROWS_MAX), waitingRow,
      button(t("send_now"), () => send().then(draw), { class: "small" })),
    part("sent", [...done, ...inState(work, "DONE")].sort((left, right) => right.at - left.at).slice(0, ROWS_MAX), doneRow),
  ].flat();
}

const inState = (work, state) => work.filter((record) => record.state === state);

const waitingRow = (record) => (record.kind
  ? workRow(record, "taken", outcomeWords("WORK_TAKEN")) : row(record, "taken", outcomeWords(record.shown)));

function doneRow(record) {
  if (record.kind) {
    const outcome = record.problem ? "WORK_REFUSED" : "WORK_DONE";
    const lot = record.answer?.lot_code;
    return workRow(record, toneOf(outcome), outcomeWords(outcome), lot ? h("p", { class: "small" }, t("lot_is", { code: grouped(lot) })) : null);
  }
  const outcome = record.answer?.outcome ?? record.shown;
  return row(record, toneOf(outcome), outcomeWords(outcome));
}

const workRow = (record, tone, words, ...more) => h("li", { "data-tone": tone },
  h("span", { class: "sign" }, icon(tone)),
  h("div", {}, h("strong", {}, `${t(record.kind)} · ${words}`),
    h("span", {}, record.about.map((line) => `${named(line.name)} × ${line.quantity}`).join(", ")),
    h("span", { class: "small" }, moment(record.at)), more));

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
  if (record.kind) {
    return workRow(record, "ask", outcomeWords("WORK_REFUSED"),
      h("p", { class: "next" }, t("refused_by_server", { words: problem.words || problem.code })),
      button(t("try_again"), () => sendWorkAgain(record).then(draw), { class: "small" }),
      button(t("give_up"), () => closeWork(record).then(draw), { class: "small" }));
  }
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
