// Work in the warehouse, from the choice of it to what the server said: the page's side of it.

import * as device from "./device.js";
import { warehouse } from "./warehouse.js";
import { WORKS } from "./work-sheets.js";
import { t } from "./words.js";

export class Work {
  constructor({ station, sync, lens, place, screen, signIn }) {
    Object.assign(this, { station, sync, lens, place, screen, signIn });
  }

  // Runs one kind of work with whoever has signed in; `given` is what is known already, as the item that was scanned.
  async run(kind, given = {}) {
    const { station, screen } = this;
    station.operator ??= await this.signIn();
    if (!station.operator) return;
    const pack = await warehouse(device.current().key);
    screen.banner("warehouse", pack ? null : t("no_warehouse"));
    if (!pack) return;
    const tools = {
      pack, place: this.place, lens: this.lens, operator: station.operator, noted: () => this.sync.nudge(),
      catchCodes: (catcher) => { station.catcher = catcher; },
    };
    try {
      const record = await WORKS[kind](tools, given);
      if (record) this.#show(record, "WORK_TAKEN");
    } catch (error) {
      station.report({ outcome: error?.name === "QuotaExceededError" ? "STORAGE_FULL" : "NOT_STORED" });
    }
  }

  // Goods whose bar code was scanned, perhaps of several items.
  receive(text) {
    return this.run("GOODS_IN", { barcode: text });
  }

  // What the server said of it, while it is still on the screen.
  heard({ kind, record, answer }) {
    if (this.station.shown?.work !== record.request_id) return;
    if (kind === "WORKED") this.#show(record, "WORK_DONE", { facts: answer?.lot_code ? { lot_code: answer.lot_code } : {} });
    else this.#show(record, "WORK_REFUSED", { words: record.problem.words });
  }

  #show(record, outcome, more = {}) {
    this.station.report({ outcome, work: record.request_id, parcel: { contents: record.about }, ...more });
  }
}
