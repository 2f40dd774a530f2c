// Work in a warehouse in three steps: what, how many, and from where or for whom. Codes that are scanned meanwhile
// answer the first of them.

import { isGoodsCode, kindOf, readCode } from "./codes.js";
import { skewNow, stamp, newOrderedId } from "./clock.js";
import { keep, read } from "./database.js";
import { button, h, sheet } from "./dom.js";
import { sound } from "./feedback.js";
import { keypad } from "./keypad.js";
import { itemsWith, linesToCount, sourcesOf } from "./warehouse.js";
import { day, named, t } from "./words.js";
import { note } from "./works.js";

const SHOWN_MAX = 60;
// More than fit on a screen are searched by their words.
const FEW = 8;
const closing = () => ({ closingLabel: t("cancel") });
const title = (kind, step, words) => `${t(kind)} ${step}/3 · ${words}`;

// Runs one kind of work and yields what was noted: the record, or null where the person turned back. `tools` holds the
// pack, the operator, the place of codes, and how codes are caught while a sheet is open.
export const WORKS = { GOODS_IN: goodsIn, ASSEMBLE: assemble, STOCK_TAKE: stockTake };

async function goodsIn(tools, { barcode = "" } = {}) {
  const { pack } = tools;
  const scanned = barcode ? itemsWith(pack, barcode) : [];
  const what = scanned.length === 1 ? scanned[0] : await choose(tools, title("GOODS_IN", 1, t("what_is_it")), scanned.length ? scanned : pack.items, {
    words: named_, hint: t("scan_goods"), find: (text) => (isGoodsCode(text) ? itemsWith(pack, text) : []),
  });
  if (!what) return null;
  const quantity = await number("GOODS_IN", what);
  if (!quantity) return null;
  const rest = await askSource(tools, what, quantity, await read("donor"));
  return rest && noted("GOODS_IN", tools, { item: what.code, quantity, ...rest }, [{ name: what.name, quantity }]);
}

async function assemble(tools) {
  const { pack } = tools;
  const kit = await choose(tools, title("ASSEMBLE", 1, t("which_kit")), pack.kit_recipes, { words: named_ });
  if (!kit) return null;
  const quantity = await number("ASSEMBLE", kit);
  if (!quantity) return null;
  const funds = pack.funds.filter((fund) => fund.programme === kit.programme);
  const rest = await sheet(title("ASSEMBLE", 3, t("whose_goods")), (close) => {
    const chosen = {};
    const go = button(t("ASSEMBLE"), () => close({ fund: chosen.fund.code, warehouse: chosen.warehouse.code }), { class: "big", id: "work-go" });
    const tell = () => { go.disabled = !(chosen.fund && chosen.warehouse); };
    return [h("p", { class: "about" }, `${named(kit.name)} × ${quantity}`),
      ...options(t("fund"), funds, named_, (fund) => { chosen.fund = fund; tell(); }),
      ...options(t("warehouse"), pack.warehouses, named_, (place) => { chosen.warehouse = place; tell(); }), go, empty(funds)];
  }, closing());
  return rest && noted("ASSEMBLE", tools, { kit_recipe: kit.code, quantity, ...rest }, [{ name: kit.name, quantity }]);
}

// One lot after the other, until the person has enough. Yields the last record.
async function stockTake(tools) {
  const { pack, operator } = tools;
  const take = pack.stock_takes.length > 1
    ? await choose(tools, title("STOCK_TAKE", 1, t("which_warehouse")), pack.stock_takes, { words: (one) => warehouseOf(pack, one) })
    : pack.stock_takes[0];
  if (!take) return pack.stock_takes.length ? null : say(t("STOCK_TAKE"), t("no_stock_take"));
  let last = null;
  for (;;) {
    const lines = await linesToCount(take, operator);
    if (!lines.length) {
      await say(t("STOCK_TAKE"), t("all_counted"));
      return last;
    }
    const line = await choose(tools, title("STOCK_TAKE", 1, t("lots_left", { n: lines.length })), lines, {
      words: lotWords, hint: t("scan_lot"), find: (text) => linesWith(tools, lines, text),
    });
    if (!line) return last;
    const quantity = await number("STOCK_TAKE", line, { least: 0 });
    if (quantity === null) continue;
    const isSure = await sheet(title("STOCK_TAKE", 3, t("is_right")), (close) => [
      h("p", { class: "about" }, lotWords(line)), h("p", { class: "number" }, String(quantity)),
      button(t("done"), () => close(true), { class: "big", id: "work-go" })], closing());
    if (!isSure) continue;
    last = await noted("STOCK_TAKE", tools, { stock_take: take.id, lot: line.lot, quantity }, [{ name: line.name, quantity }]);
    sound("taken");
  }
}

function linesWith({ place, pack }, lines, text) {
  if (isGoodsCode(text)) {
    const codes = new Set(itemsWith(pack, text).map((item) => item.code));
    return lines.filter((line) => codes.has(line.item));
  }
  try {
    const code = readCode(text, place);
    return kindOf(code) === "LOT" ? lines.filter((line) => line.code === code) : [];
  } catch {
    return [];
  }
}

// Where goods come from: an order that waits for them, or somebody who gives; and what stands on them.
const askSource = ({ pack }, item, quantity, lastDonor) => sheet(title("GOODS_IN", 3, t("from_where")), (close) => {
  const chosen = { kind: "ORGANISATION" };
  const name = h("input", { id: "donor", maxlength: "120", autocomplete: "off", value: lastDonor ?? "", oninput: () => tell() });
  const expires = h("input", { id: "expires", type: "date", oninput: () => tell() });
  const batch = h("input", { id: "batch", maxlength: "64", autocomplete: "off" });
  const told = h("p", { class: "error", role: "alert" });
  const gift = h("div", { class: "stack", hidden: true },
    h("label", { for: "donor" }, t("donor")), name,
    ...options(t("donor_kind"), ["ORGANISATION", "PERSON"], (kind) => t(`donor_${kind}`), (kind) => { chosen.kind = kind; }, 0),
    ...options(t("warehouse"), pack.warehouses, named_, (place) => { chosen.warehouse = place; tell(); }));
  const finish = async () => {
    const common = { ...(expires.value && { expires_on: expires.value }), ...(batch.value.trim() && { batch: batch.value.trim() }) };
    if (chosen.source.order) return close({ purchase: chosen.source.order.id, ...common });
    await keep("donor", name.value.trim());
    const donor = { name: name.value.trim(), kind: chosen.kind };
    return close({ fund: chosen.source.fund.code, warehouse: chosen.warehouse.code, donor, ...common });
  };
  const go = button(t("GOODS_IN"), finish, { class: "big", id: "work-go" });
  const tell = () => {
    const isGift = Boolean(chosen.source?.fund);
    const isPast = Boolean(expires.value) && expires.value < stamp().slice(0, 10);
    const isMore = Boolean(chosen.source?.order) && chosen.source.left < quantity;
    gift.hidden = !isGift;
    told.textContent = isPast ? t("is_expired") : isMore ? t("more_than_ordered", { n: chosen.source.left }) : "";
    go.disabled = !chosen.source || isPast || isMore || (isGift && !(name.value.trim() && chosen.warehouse));
  };
  const sources = sourcesOf(pack, item);
  const picked = options(t("from_where"), sources, sourceWords, (source) => { chosen.source = source; tell(); });
  tell();
  return [h("p", { class: "about" }, `${named(item.name)} × ${quantity}`), ...picked, empty(sources), gift,
    h("label", { for: "expires" }, t("expires_on")), expires, h("label", { for: "batch" }, t("batch")), batch, told, go];
}, closing());

const named_ = (one) => [named(one.name), one.size].filter(Boolean).join(" ");
const sourceWords = ({ order, left, fund }) => (order
  ? `${named(order.supplier)} · ${order.invoice} · ${t("still_to_come", { n: left })}` : `${t("gift")} · ${named(fund.name)}`);
const warehouseOf = (pack, take) => named(pack.warehouses.find((one) => one.code === take.warehouse)?.name) || take.warehouse;
const lotWords = (line) => [named(line.name), line.batch, line.expires_on && t("until", { day: day(line.expires_on) })].filter(Boolean).join(" · ");
const empty = (list) => (list.length ? null : h("p", { class: "empty" }, t("nothing_to_choose")));

const number = (kind, what, { least = 1 } = {}) => sheet(title(kind, 2, t("how_many")), (close) => [
  h("p", { class: "about" }, kind === "STOCK_TAKE" ? lotWords(what) : named_(what)),
  ...keypad(close, { least, unit: what.unit === "GRAM" ? t("grams") : "" })], closing());

const say = (head, words) => sheet(head, (close) => [
  h("p", { class: "empty" }, words), button(t("close"), () => close(), { class: "big" })], closing());

// A few large buttons of which one is chosen; where there is one, nobody has to choose.
function options(label, list, words, chosen, first = list.length === 1 ? 0 : -1) {
  if (list.length === 1) {
    queueMicrotask(() => chosen(list[0]));
    return [h("p", { class: "fact" }, `${label}: ${words(list[0])}`)];
  }
  if (first >= 0) chosen(list[first]);
  const buttons = list.map((one, place) => button(words(one), () => {
    buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === buttons[place])));
    chosen(one);
  }, { "aria-pressed": String(place === first) }));
  return list.length ? [h("h3", {}, label), h("div", { class: "choices", role: "group", "aria-label": label }, buttons)] : [];
}

// Lets the person choose one of a list: by its large button, by some of its words, or by scanning it.
function choose({ catchCodes, lens }, head, list, { words, hint = "", find = null }) {
  return sheet(head, (close, dialog) => {
    const told = h("p", { class: "told", role: "status" }, hint);
    const rows = h("div", { class: "choices" });
    const draw = (some) => rows.replaceChildren(...some.slice(0, SHOWN_MAX).map((one) => button(words(one), () => close(one))));
    const narrow = () => {
      const wanted = search.value.trim().toLowerCase();
      draw(list.filter((one) => `${words(one)} ${one.code ?? ""}`.toLowerCase().includes(wanted)));
    };
    const about = { id: "search", "aria-label": t("search"), placeholder: t("search"), autocomplete: "off" };
    const search = list.length > FEW ? h("input", { ...about, oninput: narrow }) : null;
    const view = h("div", { class: "view", hidden: true });
    if (find) {
      lens.lend(view, "goods");
      catchCodes((text) => {
        const found = find(text);
        if (found.length === 1) {
          sound("look");
          return close(found[0]);
        }
        sound(found.length ? "ask" : "stop");
        told.textContent = t(found.length ? "several_fit" : "none_fits");
        return draw(found.length ? found : list);
      });
      dialog.addEventListener("close", () => { catchCodes(null); lens.lend(null); });
    }
    draw(list);
    return [view, told, search, rows, empty(list)].filter(Boolean);
  }, closing());
}

async function noted(kind, tools, fields, about) {
  // By the server's clock as far as it is known: this one may be a day wrong.
  const doneAt = stamp(new Date(Date.now() - await skewNow()));
  const record = await note(kind, { request_id: newOrderedId(), operator: tools.operator.id, done_at: doneAt, ...fields }, about);
  tools.noted();
  return record;
}
