// What this device carries for work in a warehouse: items by their bar codes, kits, funds, what is still to come, and
// the lots to be counted. Kept closed like a round's list.

import { fetchWarehouse } from "./door.js";
import { keptSealed, keepSealed } from "./sealed.js";
import { works } from "./works.js";

const NAME = "warehouse";
// Whoever stands in the cold does not wait longer for a newer list.
const PATIENCE_MS = 4_000;

// Yields the newest that can be had: the server's where it answers soon, else what is kept; null where there is neither.
export async function warehouse(deviceKey) {
  const kept = await keptSealed(NAME);
  try {
    const { body } = await fetchWarehouse(deviceKey, kept ? PATIENCE_MS : undefined);
    await keepSealed(NAME, body);
    return body;
  } catch {
    return kept;
  }
}

// The items with this bar code. A code of thirteen digits that begins with a nought is the twelve of UPC-A.
export function itemsWith(pack, barcode) {
  const bare = (text) => text.replace(/^0+/, "");
  return pack.items.filter((item) => item.barcode && bare(item.barcode) === bare(barcode));
}

// Where goods of an item may come from: orders that wait for them, then funds that take gifts.
export function sourcesOf(pack, item) {
  const orders = pack.orders.map((order) => ({ order, left: leftOf(order, item) })).filter(({ left }) => left > 0);
  return [...orders, ...pack.funds.filter((fund) => fund.takes_gifts).map((fund) => ({ fund }))];
}

const leftOf = (order, item) =>
  order.lines.filter((line) => line.item === item.code).reduce((sum, line) => sum + Math.max(0, line.left), 0);

// The lots of a stock-take that this person may count: not settled, not counted last by the same, not counted here.
export async function linesToCount(take, operator) {
  const mine = new Set((await works())
    .filter(({ kind, body, problem }) => kind === "STOCK_TAKE" && body.stock_take === take.id && body.operator === operator.id && !problem)
    .map(({ body }) => body.lot));
  return take.lines.filter((line) => !line.is_settled && line.counted_by !== operator.id && !mine.has(line.lot));
}
