// Facts of the warehouse that are calls of their own: goods in, kits, counts. Like scans they are stored here first,
// each with the key that makes it happen once, and wait until the server has answered; a refusal waits for a person.

import { asked, transact } from "./database.js";

export const KINDS = ["GOODS_IN", "ASSEMBLE", "STOCK_TAKE"];
const DONE_ROWS_MAX = 200;

const inState = (state) => IDBKeyRange.bound([state, 0], [state, Infinity]);
const put = (record) => transact(["works"], "readwrite", (tx) => asked(tx.objectStore("works").put(record)));

// Stores a fact; `about` is what the list shows of it: [{name: {zh, en}, quantity}].
export const note = (kind, body, about) => transact(["settings", "works"], "readwrite", async (tx) => {
  const settings = tx.objectStore("settings");
  const number = ((await asked(settings.get("work_number"))) ?? 0) + 1;
  settings.put(number, "work_number");
  const record = { request_id: body.request_id, number, kind, body, about, at: Date.now(), state: "WAITING", answer: null, problem: null };
  tx.objectStore("works").add(record);
  return record;
});

// The next one to send, in the order in which they were made.
export const nextWork = () => transact(["works"], "readonly", async (tx) =>
  (await asked(tx.objectStore("works").index("state").getAll(inState("WAITING"), 1)))[0] ?? null);

export const works = () => transact(["works"], "readonly", (tx) => asked(tx.objectStore("works").index("number").getAll()));

// The server has it in its books.
export const settleWork = (record, answer) => transact(["works"], "readwrite", async (tx) => {
  const store = tx.objectStore("works");
  store.put({ ...record, state: "DONE", answer, problem: null });
  const done = await asked(store.index("state").getAllKeys(inState("DONE")));
  for (const key of done.slice(0, Math.max(0, done.length - DONE_ROWS_MAX))) store.delete(key);
});

// The server has refused it: a person must look, and nothing is thrown away.
export const refuseWork = (record, problem) => put({ ...record, state: "ATTENTION", problem });

export const sendWorkAgain = (record) => put({ ...record, state: "WAITING", problem: null });

// A person has seen that it was refused; it stays on the list as what it is.
export const closeWork = (record) => put({ ...record, state: "DONE" });
