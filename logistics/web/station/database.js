// Everything that this device keeps stands in one IndexedDB. A transaction is whole or not at all, and a write is
// on the disk before it counts.

const NAME = "nuanliu-scan";
const VERSION = 3;
const NUMBERS = ["sequence", "work_number"];
let opened = null;

function upgrade(database, from) {
  if (from < 1) makeFirst(database);
  if (from < 2) {
    // works: facts of the warehouse, with the keys that make each happen once.
    const works = database.createObjectStore("works", { keyPath: "request_id" });
    works.createIndex("state", ["state", "number"]);
    works.createIndex("number", "number");
  }
  // visits: what a liaison was told at a door, encrypted, until the server has answered. photos: bytes by their hash.
  const visits = database.createObjectStore("visits", { keyPath: "visit_id" });
  visits.createIndex("state", ["state", "at"]);
  database.createObjectStore("photos", { keyPath: "sha256" });
}

function makeFirst(database) {
  // settings: one value a name. scans: the outbox, in the device's own order. proofs: bytes by their hash.
  // done: what was answered, for undo and for the day's list. packs: rounds, encrypted. keys: what opens them.
  database.createObjectStore("settings");
  const scans = database.createObjectStore("scans", { keyPath: "sequence" });
  scans.createIndex("scan_id", "scan_id", { unique: true });
  scans.createIndex("state", ["state", "sequence"]);
  scans.createIndex("code", ["code", "sequence"]);
  database.createObjectStore("proofs", { keyPath: "sha256" });
  const done = database.createObjectStore("done", { keyPath: "sequence" });
  done.createIndex("code", ["code", "sequence"]);
  database.createObjectStore("packs");
  database.createObjectStore("keys");
}

export function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = ({ oldVersion }) => upgrade(request.result, oldVersion);
    request.onsuccess = () => {
      // Another tab with a newer page may change the stores: let it, and open again when needed.
      request.result.onversionchange = () => {
        request.result.close();
        opened = null;
      };
      request.result.onclose = () => { opened = null; };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  opened.catch(() => { opened = null; });
  return opened;
}

// Runs `work(transaction)`, which may await nothing but requests of this transaction, and returns what it returned
// once everything is stored. Throws what the storage says (QuotaExceededError where it is full), with nothing stored.
export async function transact(stores, mode, work) {
  const database = await open();
  const transaction = database.transaction(stores, mode, { durability: mode === "readwrite" ? "strict" : "default" });
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
  });
  ended.catch(() => {});
  let value;
  try {
    value = await work(transaction);
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended already, by the same error.
    }
    await ended.catch((cause) => { throw cause ?? error; });
    throw error;
  }
  await ended;
  return value;
}

export const read = (name) => transact(["settings"], "readonly", (tx) => asked(tx.objectStore("settings").get(name)));

export const keep = (name, value) => transact(["settings"], "readwrite", (tx) => {
  tx.objectStore("settings").put(value, name);
});

// What a device still owes the server, and what it has besides.
const OWED = ["scans", "proofs", "works", "visits", "photos"];
const BESIDES = ["settings", "done", "packs", "keys"];

export async function forgetEverything({ butScans = false } = {}) {
  await transact([...OWED, ...BESIDES], "readwrite", async (tx) => {
    const numbers = await Promise.all(NUMBERS.map((name) => asked(tx.objectStore("settings").get(name))));
    const needsKey = butScans && await owesSealed(tx);
    for (const name of butScans ? BESIDES : [...OWED, ...BESIDES]) {
      if (name !== "keys" || !needsKey) tx.objectStore(name).clear();
    }
    // A number is never given twice, whatever else is forgotten: a gap shows, a repeat would not.
    NUMBERS.forEach((name, place) => numbers[place] && tx.objectStore("settings").put(numbers[place], name));
  });
}

// Visits and their photos lie encrypted: as long as one waits, the key is needed. What was sent goes.
async function owesSealed(tx) {
  const visits = await asked(tx.objectStore("visits").getAll());
  for (const row of visits) if (row.state === "DONE") tx.objectStore("visits").delete(row.visit_id);
  return visits.some((row) => row.state !== "DONE") || await asked(tx.objectStore("photos").count()) > 0;
}
