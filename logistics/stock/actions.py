"""Register what is stocked and where; buy, assemble and break up."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.utils import timezone

from logistics.funds.models import Fund
from logistics.journal.actions import open_account, post_entry
from logistics.journal.models import AccountKind, EntryKind
from logistics.journal.postings import Movement, NewLot, Piece, Posting, Side, Source, side_of
from logistics.journal.revisions import Cause, note_registered
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.parties.actions import CodeTaken
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Programme
from logistics.stock.kits import kit_sources, kits_taken_apart
from logistics.stock.models import (
    SANDBOX_PREFIX,
    Assembly,
    Item,
    KitRecipe,
    KitRecipeLine,
    Unit,
    Warehouse,
)
from logistics.stock.picking import Shelf, open_shelf
from logistics.stock.valuation import ValueBasis
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

RECIPE_LINES_MAX = 60
QUANTITY_MAX = 10**9
KITS_PER_ASSEMBLY_MAX = 100_000


class KitOfKits(Unacceptable):
    code = "kit_of_kits"
    zh = "{item} 本身是成套物资，不能再放进配方。"
    en = "{item} is a kit itself and cannot be part of a recipe."


class LinesOutOfBounds(Unacceptable):
    code = "lines_out_of_bounds"
    zh = "明细须有 1 到 {most} 行，且物品不能重复。"
    en = "There must be 1 to {most} lines, with no item twice."


class QuantityOutOfBounds(Unacceptable):
    code = "quantity_out_of_bounds"
    zh = "数量须在 1 到 {most} 之间。"
    en = "A quantity must be between 1 and {most}."


class AmountOutOfBounds(Unacceptable):
    code = "amount_out_of_bounds"
    zh = "金额须在 1 到 {most} 分之间。"
    en = "An amount must be between 1 and {most} minor units."


class ProgrammeMismatch(Conflicting):
    code = "programme_mismatch"
    zh = "专项 {fund} 属于另一个公益项目。"
    en = "Fund {fund} belongs to another programme."


class CodeReserved(Unacceptable):
    code = "code_reserved"
    zh = "以 {prefix} 开头的代码留给沙箱。"
    en = "Codes that begin with {prefix} are kept for sandboxes."


@action
def register_item(
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    unit: str = Unit.PIECE,
    weight_grams: int | None = None,
    size: str = "",
    barcode: str = "",
    is_kit: bool = False,
    is_for_tests: bool = False,
    cause: Cause | None = None,
) -> Item:
    """Register a kind of goods. Refuses CodeTaken, and CodeReserved for a code of tests."""
    if code.startswith(SANDBOX_PREFIX) and not is_for_tests:
        raise CodeReserved(prefix=SANDBOX_PREFIX, pointer="/code")
    _require_free(Item, code)
    item = Item.objects.create(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        unit=unit,
        weight_grams=weight_grams,
        size=size,
        barcode=barcode,
        is_kit=is_kit,
    )
    note_registered([item], cause=cause)
    return item


@action
def register_kit_recipe(
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    programme: Programme,
    lines: Sequence[tuple[Item, int]],
    cause: Cause | None = None,
) -> KitRecipe:
    """Register what a pack holds, and the kit as an item. Refuses CodeTaken, LinesOutOfBounds, KitOfKits."""
    _require_free(KitRecipe, code)
    require_lines([item for item, _ in lines], RECIPE_LINES_MAX)
    for position, (item, quantity) in enumerate(lines):
        if item.is_kit:
            raise KitOfKits(item=item.code, pointer=f"/lines/{position}/item")
        require_quantity(quantity, QUANTITY_MAX, f"/lines/{position}/quantity")
    weights = [item.weight_grams and item.weight_grams * quantity for item, quantity in lines]
    weight_grams = sum(weight or 0 for weight in weights) if all(weights) else None
    kit = register_item(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        weight_grams=weight_grams,
        is_kit=True,
        is_for_tests=programme.code.startswith(SANDBOX_PREFIX),
        cause=cause,
    )
    recipe = KitRecipe.objects.create(code=code, name_zh=name_zh, name_en=name_en, item=kit, programme=programme)
    KitRecipeLine.objects.bulk_create(
        KitRecipeLine(recipe=recipe, item=item, quantity=quantity) for item, quantity in lines
    )
    note_registered([recipe], cause=cause, parts=[{"lines": [[item.code, quantity] for item, quantity in lines]}])
    return recipe


@action
def register_warehouse(
    *,
    organisation: Organisation,
    code: str,
    name_zh: str,
    name_en: str = "",
    division_code: str = "",
    cause: Cause | None = None,
) -> Warehouse:
    """Register a warehouse and open its account. Refuses CodeTaken."""
    _require_free(Warehouse, code)
    warehouse_id = new_id()
    account = open_account(
        kind=AccountKind.WAREHOUSE,
        subject_id=warehouse_id,
        organisation_id=organisation.id,
        place_id=warehouse_id,
        reference=code,
    )
    warehouse = Warehouse.objects.create(
        id=warehouse_id,
        organisation=organisation,
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        division_code=division_code,
        account=account,
    )
    note_registered([warehouse], cause=cause)
    return warehouse


@action
def assemble_kits(
    *,
    actor: Actor,
    recipe: KitRecipe,
    warehouse: Warehouse,
    fund: Fund,
    quantity: int,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> Assembly:
    """Make kits of items of one fund, first expired first. The same token makes them once.

    Refuses QuantityOutOfBounds, StockShort, LotExpired, GoodsOfAnotherFund, ProgrammeMismatch, EntryPostedAlready.
    """
    assembly_id = derived_id(token, 0) if token else new_id()
    standing = Assembly.objects.filter(id=assembly_id, warehouse=warehouse).first()
    if standing is not None:
        return standing
    require_quantity(quantity, KITS_PER_ASSEMBLY_MAX, "/quantity")
    if fund.programme_id != recipe.programme_id:
        raise ProgrammeMismatch(fund=fund.code)
    taken, lot = _kits(recipe, warehouse, fund, quantity, now)
    shelves, bench = lot.debit, lot.credit
    post_entry(
        posting=Posting(
            kind=EntryKind.ASSEMBLY,
            organisation_id=warehouse.organisation_id,
            idempotency_key=f"assembly:{assembly_id}",
            occurred_at=now,
            actor_id=actor.holder_id,
            movements=tuple(Movement(piece, credit=shelves, debit=bench) for piece in taken),
            new_lots=(lot,),
        ),
        now=now,
    )
    return Assembly.objects.create(
        id=assembly_id,
        recipe=recipe,
        warehouse=warehouse,
        fund=fund,
        quantity=quantity,
        lot_id=lot.lot_id,
        assembled_at=now,
    )


@action
def break_up_kits(
    *, actor: Actor, recipe: KitRecipe, warehouse: Warehouse, fund: Fund, quantity: int, now: dt.datetime
) -> uuid.UUID:
    """Take kits apart: just the units that went in come back. Returns the entry's id. Refuses StockShort."""
    require_quantity(quantity, KITS_PER_ASSEMBLY_MAX, "/quantity")
    # What has expired may still be taken apart: the day is the beginning of time.
    shelf = open_shelf(warehouse=warehouse, fund=fund, items={recipe.item_id: recipe.item}, on=dt.date.min)
    kits = shelf.pick(recipe.item, quantity)
    bench, shelves = bench_of(warehouse), side_of(warehouse.account)
    entry = post_entry(
        posting=Posting(
            kind=EntryKind.BREAK_UP,
            organisation_id=warehouse.organisation_id,
            idempotency_key=f"break-up:{new_id()}",
            occurred_at=now,
            actor_id=actor.holder_id,
            movements=tuple(
                [Movement(piece, credit=shelves, debit=bench) for piece in kits]
                + [Movement(piece, credit=bench, debit=shelves) for piece in kits_taken_apart(kits)]
            ),
        ),
        now=now,
    )
    return entry.id


def _kits(
    recipe: KitRecipe, warehouse: Warehouse, fund: Fund, quantity: int, now: dt.datetime
) -> tuple[list[Piece], NewLot]:
    """Pick the parts of kits and lay out the lot that they become."""
    lines = list(recipe.lines.select_related("item").order_by("item__code"))
    items = {line.item_id: line.item for line in lines}
    shelf = open_shelf(warehouse=warehouse, fund=fund, items=items, on=timezone.localdate(now))
    taken: list[Piece] = []
    sources: list[Source] = []
    for line in lines:
        pieces = shelf.pick(line.item, line.quantity * quantity)
        taken += pieces
        sources += kit_sources(pieces, per_kit=line.quantity, values=shelf.values)
    lot = NewLot(
        lot_id=new_id(),
        purse_id=fund.purse_id,
        item_id=recipe.item_id,
        currency=shelf.rows[0].lot.currency,
        quantity=quantity,
        value_minor=sum(piece.value_minor for piece in taken),
        basis=_basis(shelf, taken),
        credit=bench_of(warehouse),
        debit=side_of(warehouse.account),
        expires_on=_first_expiry(shelf, taken),
        sources=tuple(sources),
    )
    return taken, lot


def _first_expiry(shelf: Shelf, taken: Sequence[Piece]) -> dt.date | None:
    """Return the day on which the first of the parts of a kit expires."""
    lots = {piece.lot_id for piece in taken}
    days = [row.lot.expires_on for row in shelf.rows if row.lot_id in lots and row.lot.expires_on]
    return min(days, default=None)


def _basis(shelf: Shelf, taken: Sequence[Piece]) -> str:
    """Return NONE where nothing in a kit has a value: then the kit has none either."""
    lots = {piece.lot_id for piece in taken}
    bases = {row.lot.basis for row in shelf.rows if row.lot_id in lots}
    return ValueBasis.NONE if bases == {ValueBasis.NONE} else "ASSEMBLY"


def bench_of(warehouse: Warehouse) -> Side:
    """Return the workbench of a warehouse: parts go in, what is made of them comes out."""
    return side_of(
        open_account(
            kind=AccountKind.ASSEMBLY,
            subject_id=warehouse.id,
            organisation_id=warehouse.organisation_id,
            reference=warehouse.code,
        )
    )


def _require_free(model: type[Item | KitRecipe | Warehouse], code: str) -> None:
    if model.objects.filter(code=code).exists():
        raise CodeTaken(code=code, pointer="/code")


def require_lines(items: Sequence[Item], most: int, *, distinct: bool = True) -> None:
    """Refuse LinesOutOfBounds for none, too many, or an item that stands twice where it must not."""
    if not 0 < len(items) <= most or (distinct and len({item.id for item in items}) < len(items)):
        raise LinesOutOfBounds(most=most, pointer="/lines")


def require_quantity(quantity: int, most: int, pointer: str) -> None:
    """Refuse QuantityOutOfBounds outside of 1 to `most`."""
    if not 0 < quantity <= most:
        raise QuantityOutOfBounds(most=most, pointer=pointer)
