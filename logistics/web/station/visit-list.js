// What this phone has recorded: what waits, what was accepted, what needs a person; and how a visit is taken back.

import { newId, stamp } from "./clock.js";
import { button, h, sheet } from "./dom.js";
import { aboutOf, closeVisit, everyVisit, putVisit, tryVisitAgain, UNDO_MS_MAX } from "./visit-outbox.js";
import { UNREADABLE } from "./visit-sync.js";
import { moment, t } from "./words.js";

// Takes a visit back by another one; the first stays on record.
export async function takeBack(visitId, about) {
  const undo = { visit_id: newId(), household: about.household, visited_at: stamp(), met: about.met, undoes: visitId };
  await putVisit(undo, [], about);
}

export async function openVisits({ changed, push }) {
  const rows = (await everyVisit()).sort((left, right) => right.at - left.at);
  const undone = new Set(rows.map((row) => row.undoes).filter(Boolean));
  const said = await Promise.all(rows.map(async (row) => ({ row, about: await aboutOf(row).catch(() => ({})) })));
  await sheet(t("visits"), (close) => {
    const act = async (work) => {
      await work();
      close();
      await changed();
      push();
    };
    return rows.length ? h("ul", { class: "visits" }, said.map((one) => visitRow(one, undone, act))) : h("p", { class: "empty" }, t("no_visits"));
  }, { closingLabel: t("close") });
}

function visitRow({ row, about }, undone, act) {
  const isUndo = Boolean(row.undoes);
  const mayUndo = !isUndo && !undone.has(row.visit_id) && !row.problem && about.household && Date.now() - row.at < UNDO_MS_MAX;
  const takenBack = isUndo || undone.has(row.visit_id) ? t("taken_back") : "";
  const state = t(row.problem && row.state === "DONE" ? "state_LET_GO" : `state_${row.state}`);
  return h("li", { "data-state": row.state },
    h("strong", {}, [about.head, about.reference, moment(row.at)].filter(Boolean).join(" · ")),
    h("span", {}, [takenBack, state].filter(Boolean).join(" · ")),
    row.problem ? h("p", { class: "error" }, row.problem.code === UNREADABLE ? t(UNREADABLE) : row.problem.detail || row.problem.code) : null,
    row.state === "ATTENTION" ? h("div", { class: "choices" }, button(t("try_again"), () => act(() => tryVisitAgain(row))),
      button(t("let_go"), () => act(() => closeVisit(row)))) : null,
    mayUndo ? button(t("take_back"), () => act(() => takeBack(row.visit_id, about)), { class: "small" }) : null);
}
