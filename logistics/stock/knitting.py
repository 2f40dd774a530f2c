"""Knit with Love (织爱行动): yarn of one fund goes to a volunteer, garments of it come back, and the rest of the yarn.

The value of the yarn passes over to what is made of it; who gave the yarn is told by each garment.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from logistics.funds.models import Fund
from logistics.journal.actions import open_account, post_entry
from logistics.journal.models import AccountKind, Balance, EntryKind
from logistics.journal.postings import Movement, NewLot, Piece, Posting, Side, Source, side_of
from logistics.journal.reads import Values
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.kernel.spans import Span, highest, lowest
from logistics.parties.actors import Actor
from logistics.parties.proposals import require_past
from logistics.parties.references import content_sha256, repeated
from logistics.stock.actions import QUANTITY_MAX, bench_of, require_quantity
from logistics.stock.knitters import require_standing
from logistics.stock.models import Item, Knitter, Warehouse
from logistics.stock.money_models import YarnMove, YarnMoveKind
from logistics.stock.picking import open_shelf
from logistics.stock.valuation import ValueBasis
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

GARMENTS_MAX = 10_000


class YarnShort(Conflicting):
    code = "yarn_short"
    zh = "志愿者 {knitter} 手中专项 {fund} 的 {item} 只有 {available}，不够 {wanted}。"
    en = "Knitter {knitter} holds only {available} of {item} of fund {fund}; {wanted} are wanted."


class GarmentIsYarn(Unacceptable):
    code = "garment_is_yarn"
    zh = "成衣与毛线不能是同一种物品，成套物资也不能算作成衣。"
    en = "A garment is another item than the yarn, and no kit."


@dataclass(frozen=True)
class YarnInput:
    """What moves between a knitter and us: `quantity` of the yarn in its base unit."""

    knitter: Knitter
    fund: Fund
    yarn: Item
    quantity: int
    happened_at: dt.datetime
    reference: str
    warehouse: Warehouse | None = None
    garment: Item | None = None
    garments: int = 0
    note: str = ""

    def content(self, kind: str) -> str:
        """Hash what is asked, to tell a repeat from another move."""
        return content_sha256(
            [
                *(kind, str(self.knitter.id), self.fund.code, self.yarn.code, self.quantity, self.note),
                *(self.warehouse.code if self.warehouse else None, self.garment.code if self.garment else None),
                *(self.garments, self.happened_at.astimezone(dt.UTC).isoformat()),
            ]
        )


@action
def move_yarn_out(*, actor: Actor, yarn: YarnInput, now: dt.datetime) -> tuple[YarnMove, bool]:
    """Give a knitter yarn off the shelf, first expired first. Returns (move, is new).

    Refuses QuantityOutOfBounds, StockShort, GoodsOfAnotherFund, HappenedInFuture, ReferenceReused, KnitterMissing.
    """
    earlier = _earlier(actor, yarn, YarnMoveKind.OUT, now)
    if earlier is not None:
        return earlier, False
    assert yarn.warehouse is not None
    require_standing(yarn.knitter)
    shelf = open_shelf(
        warehouse=yarn.warehouse, fund=yarn.fund, items={yarn.yarn.id: yarn.yarn}, on=timezone.localdate(now)
    )
    pieces = shelf.pick(yarn.yarn, yarn.quantity)
    shelves, hands = side_of(yarn.warehouse.account), side_of(yarn.knitter.account)
    movements = _movements(pieces, shelves, hands)
    return _book(actor, yarn, YarnMoveKind.OUT, EntryKind.YARN_OUT, movements, now), True


@action
def receive_garments(*, actor: Actor, yarn: YarnInput, now: dt.datetime) -> tuple[YarnMove, bool]:
    """Receive garments of a size: a lot made of the yarn that a knitter used, worth what that was worth.

    Returns (move, is new). Refuses GarmentIsYarn, QuantityOutOfBounds, YarnShort, HappenedInFuture, ReferenceReused.
    """
    earlier = _earlier(actor, yarn, YarnMoveKind.GARMENTS, now)
    if earlier is not None:
        return earlier, False
    assert yarn.warehouse is not None
    if yarn.garment is None or yarn.garment.id == yarn.yarn.id or yarn.garment.is_kit:
        raise GarmentIsYarn(pointer="/garment")
    require_quantity(yarn.garments, GARMENTS_MAX, "/garments")
    pieces, bases = _in_hands(yarn, from_the_end=False)
    bench = bench_of(yarn.warehouse)
    lot = NewLot(
        lot_id=new_id(),
        purse_id=yarn.fund.purse_id,
        item_id=yarn.garment.id,
        currency="CNY",
        quantity=yarn.garments,
        value_minor=sum(piece.value_minor for piece in pieces),
        basis=ValueBasis.NONE if bases == {ValueBasis.NONE} else EntryKind.KNITTING,
        credit=bench,
        debit=side_of(yarn.warehouse.account),
        sources=tuple(Source(piece, 0, yarn.garments) for piece in pieces),
    )
    movements = _movements(pieces, side_of(yarn.knitter.account), bench)
    return _book(actor, yarn, YarnMoveKind.GARMENTS, EntryKind.KNITTING, movements, now, (lot,)), True


@action
def receive_yarn_back(*, actor: Actor, yarn: YarnInput, now: dt.datetime) -> tuple[YarnMove, bool]:
    """Take yarn back that was not needed. Returns (move, is new).

    Refuses QuantityOutOfBounds, YarnShort, HappenedInFuture, ReferenceReused.
    """
    earlier = _earlier(actor, yarn, YarnMoveKind.BACK, now)
    if earlier is not None:
        return earlier, False
    assert yarn.warehouse is not None
    pieces, _ = _in_hands(yarn, from_the_end=True)
    movements = _movements(pieces, side_of(yarn.knitter.account), side_of(yarn.warehouse.account))
    return _book(actor, yarn, YarnMoveKind.BACK, EntryKind.MOVE_IN, movements, now), True


@action
def record_yarn_lost(*, actor: Actor, yarn: YarnInput, now: dt.datetime) -> tuple[YarnMove, bool]:
    """Record yarn that a knitter no longer has and made nothing of. Returns (move, is new).

    Refuses QuantityOutOfBounds, YarnShort, HappenedInFuture, ReferenceReused.
    """
    earlier = _earlier(actor, yarn, YarnMoveKind.LOST, now)
    if earlier is not None:
        return earlier, False
    pieces, _ = _in_hands(yarn, from_the_end=True)
    organisation = yarn.knitter.organisation
    lost = open_account(
        kind=AccountKind.LOSS,
        subject_id=organisation.id,
        organisation_id=organisation.id,
        reference=organisation.code,
        detail="LOST",
    )
    movements = _movements(pieces, side_of(yarn.knitter.account), side_of(lost))
    return _book(actor, yarn, YarnMoveKind.LOST, EntryKind.LOSE, movements, now), True


def _earlier(actor: Actor, yarn: YarnInput, kind: str, now: dt.datetime) -> YarnMove | None:
    require_quantity(yarn.quantity, QUANTITY_MAX, "/quantity")
    require_past(yarn.happened_at, now)
    standing = YarnMove.objects.filter(partner_id=actor.reference_owner, reference=yarn.reference)
    return repeated(standing, yarn.content(kind))


def _in_hands(yarn: YarnInput, *, from_the_end: bool) -> tuple[list[Piece], set[str]]:
    """Lock and choose the yarn of one fund in a knitter's hands, and say the bases of its value. Refuses YarnShort."""
    rows = list(
        Balance.objects.select_for_update(of=("self",))
        .select_related("lot")
        .filter(account_id=yarn.knitter.account_id, lot__item_id=yarn.yarn.id, lot__purse_id=yarn.fund.purse_id)
        .filter(quantity__gt=0)
        .order_by("lot_id")
    )
    available = sum(row.quantity for row in rows)
    if available < yarn.quantity:
        names = {"knitter": yarn.knitter.reference, "fund": yarn.fund.code, "item": yarn.yarn.code}
        raise YarnShort(available=available, wanted=yarn.quantity, pointer="/quantity", **names)
    values = Values(row.lot for row in rows)
    choose = highest if from_the_end else lowest
    pieces: list[Piece] = []
    bases: set[str] = set()
    for row in reversed(rows) if from_the_end else rows:
        spans: list[Span] = choose(
            [(start, stop) for start, stop in row.spans], yarn.quantity - sum(piece.quantity for piece in pieces)
        )
        pieces += [values.piece(row.lot_id, span) for span in spans]
        bases |= {row.lot.basis} if spans else set()
    return pieces, bases


def _movements(pieces: list[Piece], credit: Side, debit: Side) -> tuple[Movement, ...]:
    return tuple(Movement(piece, credit=credit, debit=debit) for piece in pieces)


def _book(
    actor: Actor,
    yarn: YarnInput,
    kind: str,
    entry_kind: str,
    movements: tuple[Movement, ...],
    now: dt.datetime,
    lots: tuple[NewLot, ...] = (),
) -> YarnMove:
    move_id = new_id()
    organisation_id = yarn.warehouse.organisation_id if yarn.warehouse else yarn.knitter.organisation_id
    entry = post_entry(
        posting=Posting(
            kind=entry_kind,
            organisation_id=organisation_id,
            idempotency_key=f"yarn:{move_id}",
            occurred_at=yarn.happened_at,
            actor_id=actor.holder_id,
            movements=movements,
            new_lots=lots,
        ),
        now=now,
    )
    return YarnMove.objects.create(
        id=move_id,
        knitter=yarn.knitter,
        kind=kind,
        fund=yarn.fund,
        warehouse=yarn.warehouse,
        yarn=yarn.yarn,
        yarn_quantity=yarn.quantity,
        garment=yarn.garment,
        garment_quantity=yarn.garments,
        note=yarn.note,
        happened_at=yarn.happened_at,
        partner_id=actor.reference_owner,
        reference=yarn.reference,
        request_sha256=yarn.content(kind),
        recorded_at=now,
        recorded_by_id=actor.holder_id,
        entry=entry,
    )
