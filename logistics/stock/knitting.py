"""Knit with Love (织爱行动): yarn of one fund goes to a volunteer, garments of it come back, and the rest of the yarn.

The value of the yarn passes over to what is made of it; who gave the yarn is told by each garment.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from logistics.funds.models import Fund
from logistics.journal.actions import open_account, post_entry
from logistics.journal.models import AccountKind, Balance, EntryKind
from logistics.journal.postings import Movement, NewLot, Piece, Posting, Side, Source, side_of
from logistics.journal.reads import Values
from logistics.kernel.refusals import Conflicting, Missing, Unacceptable
from logistics.kernel.spans import Span, highest, lowest
from logistics.parties.access import organisation_ids_below
from logistics.parties.actions import new_reference
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Programme
from logistics.parties.proposals import require_past
from logistics.parties.references import content_sha256, repeated
from logistics.stock.actions import QUANTITY_MAX, bench_of, require_quantity
from logistics.stock.models import Item, Knitter, VolunteerHours, Warehouse
from logistics.stock.money_models import YarnMove, YarnMoveKind
from logistics.stock.picking import open_shelf
from logistics.stock.valuation import ValueBasis
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

GARMENTS_MAX = 10_000
VOLUNTEERS_MAX = 10_000
MINUTES_MAX = 10_000_000


class KnitterMissing(Missing):
    code = "knitter_missing"
    zh = "没有找到编织志愿者 {knitter}。"
    en = "There is no knitter {knitter}."


class YarnShort(Conflicting):
    code = "yarn_short"
    zh = "志愿者 {knitter} 手中专项 {fund} 的 {item} 只有 {available}，不够 {wanted}。"
    en = "Knitter {knitter} holds only {available} of {item} of fund {fund}; {wanted} are wanted."


class GarmentIsYarn(Unacceptable):
    code = "garment_is_yarn"
    zh = "成衣与毛线不能是同一种物品，成套物资也不能算作成衣。"
    en = "A garment is another item than the yarn, and no kit."


class HoursOutOfBounds(Unacceptable):
    code = "hours_out_of_bounds"
    zh = "人数须在 1 到 {most} 之间，时长须大于 0，日期不能在将来。"
    en = "Between 1 and {most} volunteers serve for more than no time, on a day that has come."


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
def register_knitter(*, actor: Actor, name: str, token: uuid.UUID | None = None) -> Knitter:
    """Register a volunteer who knits, and the account of the yarn in her hands. The same token registers once."""
    knitter_id = derived_id(token, 0) if token else new_id()
    standing = Knitter.objects.filter(id=knitter_id, organisation=actor.organisation).first()
    if standing is not None:
        return standing
    reference = new_reference("V")
    account = open_account(
        kind=AccountKind.VOLUNTEER,
        subject_id=knitter_id,
        organisation_id=actor.organisation.id,
        reference=reference,
    )
    return Knitter.objects.create(
        id=knitter_id, organisation=actor.organisation, name=name, reference=reference, account=account
    )


@action
def move_yarn_out(*, actor: Actor, yarn: YarnInput, now: dt.datetime) -> tuple[YarnMove, bool]:
    """Give a knitter yarn off the shelf, first expired first. Returns (move, is new).

    Refuses QuantityOutOfBounds, StockShort, GoodsOfAnotherFund, HappenedInFuture, ReferenceReused.
    """
    earlier = _earlier(actor, yarn, YarnMoveKind.OUT, now)
    if earlier is not None:
        return earlier, False
    assert yarn.warehouse is not None
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


@action
def record_volunteer_hours(
    *,
    actor: Actor,
    programme: Programme,
    served_on: dt.date,
    volunteers: int,
    minutes: int,
    activity: str,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> VolunteerHours:
    """Record the time that volunteers gave, all together: a memo that is in no amount. The same token records once.

    Refuses HoursOutOfBounds.
    """
    hours_id = derived_id(token, 0) if token else new_id()
    standing = VolunteerHours.objects.filter(id=hours_id, organisation=actor.organisation).first()
    if standing is not None:
        return standing
    is_within = 0 < volunteers <= VOLUNTEERS_MAX and 0 < minutes <= MINUTES_MAX
    if not is_within or served_on > timezone.localdate(now):
        raise HoursOutOfBounds(most=VOLUNTEERS_MAX, pointer="/minutes")
    return VolunteerHours.objects.create(
        id=hours_id,
        organisation=actor.organisation,
        programme=programme,
        served_on=served_on,
        volunteers=volunteers,
        minutes=minutes,
        activity=activity,
        recorded_at=now,
        recorded_by_id=actor.holder_id,
    )


@dataclass(frozen=True)
class YarnHeld:
    """How much yarn of one fund a knitter holds. No value is said: it is a matter of grams."""

    knitter: Knitter
    item: Item
    fund_code: str
    quantity: int


def visible_knitters(organisation: Organisation) -> "QuerySet[Knitter]":
    """Return the knitters of an organisation and of those below it, by reference."""
    rows = Knitter.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("account", "organisation").order_by("id")


def get_knitter(*, reference: str, organisation: Organisation) -> Knitter:
    """Return the knitter with this reference. Refuses KnitterMissing, also for another organisation's."""
    found = visible_knitters(organisation).filter(reference=reference).first()
    if found is None:
        raise KnitterMissing(knitter=reference[:24], pointer="/knitter")
    return found


def yarn_held(organisation: Organisation) -> Iterator[YarnHeld]:
    """Yield who holds how much yarn now, knitter by knitter."""
    knitters = {row.account_id: row for row in visible_knitters(organisation)}
    rows = Balance.objects.filter(account__in=knitters, quantity__gt=0).select_related("lot")
    summed: dict[tuple[uuid.UUID, uuid.UUID, uuid.UUID], int] = {}
    for row in rows.order_by("account__reference", "lot_id"):
        assert row.lot.item_id is not None
        key = row.account_id, row.lot.item_id, row.lot.purse_id
        summed[key] = summed.get(key, 0) + row.quantity
    items = Item.objects.in_bulk({item for _, item, _ in summed})
    codes = dict(Fund.objects.filter(purse__in={purse for *_, purse in summed}).values_list("purse_id", "code"))
    for (account, item, purse), quantity in summed.items():
        yield YarnHeld(knitters[account], items[item], codes[purse], quantity)


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
