"""Plan parcels, cancel them, and note what the scans conclude."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from logistics.codes.actions import issue_codes
from logistics.codes.models import Code
from logistics.funds.actions import terms_on
from logistics.funds.models import Fund
from logistics.funds.reads import FundRequired, unrestricted_fund_of
from logistics.households.eligibility import Claim, judge_eligibility
from logistics.households.models import Household, Member
from logistics.households.standing import require_unerased
from logistics.journal.actions import open_accounts, post_entries, reverse_entry
from logistics.journal.models import Account, AccountKind, Balance, EntryKind, JournalEntry, Permit
from logistics.journal.postings import Movement, Piece, Posting, Side, side_of
from logistics.journal.traces import newest_gifts
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.lists.allocations import note_released
from logistics.lists.marks import Served, mark_served, open_round, unmark
from logistics.parcels.inspection import was_inspected
from logistics.parcels.models import Parcel
from logistics.parties.actions import require_open
from logistics.parties.actors import Actor
from logistics.parties.models import Programme
from logistics.stock.actions import LinesOutOfBounds, ProgrammeMismatch, QuantityOutOfBounds
from logistics.stock.models import Item, KitRecipe, Warehouse
from logistics.stock.picking import Shelf, open_shelf
from logistics.stock.recalls import hold_recalled
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action
from logistics.storage.writes import Change, Value, set_rows

PARCELS_PER_CALL_MAX = 1_000
PARCEL_LINES_MAX = 30
LINE_QUANTITY_MAX = 100_000


class ContentsUnclear(Unacceptable):
    code = "contents_unclear"
    zh = "请说明包裹内容：套装配方或物品明细，二者选一。"
    en = "Say what goes into the parcel: either a kit recipe or lines of items."


class ParcelCountOutOfBounds(Unacceptable):
    code = "parcel_count_out_of_bounds"
    zh = "一次可计划 1 到 {most} 个包裹。"
    en = "One call plans between 1 and {most} parcels."


class ParcelUnderWay(Conflicting):
    code = "parcel_under_way"
    zh = "包裹 {parcel} 已经是 {state} 状态，不能取消。"
    en = "Parcel {parcel} is {state} already and cannot be cancelled."


class ParcelNotInspected(Conflicting):
    code = "parcel_not_inspected"
    zh = "包裹 {parcel} 退回后还没有检查。请先扫“检查”，再拆包入库。"
    en = "Parcel {parcel} came back and was not inspected yet. Scan INSPECT first, then take it apart."


@dataclass(frozen=True)
class Recipient:
    """Whom a parcel is for; the member where the fund or programme is for persons."""

    household: Household
    beneficiary: Member | None = None


@dataclass(frozen=True)
class Plan:
    """What all parcels of one call share."""

    actor: Actor
    programme: Programme
    warehouse: Warehouse
    fund: Fund
    recipe: KitRecipe | None
    lines: tuple[tuple[Item, int], ...]
    contents_text: list[dict[str, str | int]]
    batch: str
    township: str
    now: dt.datetime
    token: uuid.UUID | None


@action
def plan_parcels(
    *,
    actor: Actor,
    programme: Programme,
    warehouse: Warehouse,
    recipe: KitRecipe | None = None,
    lines: Sequence[tuple[Item, int]] = (),
    fund: Fund | None = None,
    recipients: Sequence[Recipient] | None = None,
    count: int = 1,
    batch: str = "",
    township: str = "",
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> list[Parcel]:
    """Plan parcels and reserve what goes into each, first expired first: one parcel a recipient, or `count` without.

    The same token plans them once.

    Refuses ProgrammeClosed, ContentsUnclear, ParcelCountOutOfBounds, LinesOutOfBounds, FundRequired, ProgrammeMismatch,
    StockShort, LotExpired, GoodsOfAnotherFund, BeneficiaryRequired, BeneficiaryOutsideTerms, ConsentMissing,
    PersonErased and EntryPostedAlready; where the programme has rules of lists, ServedAlready, ServedByAnother and
    ServedTooLately.
    """
    standing = _planned_by(token, warehouse) if token else []
    if standing:
        return standing
    require_open(programme)
    wanted = _wanted(recipe, lines)
    whom: list[Recipient | None] = list(recipients) if recipients is not None else [None] * max(0, count)
    if not 0 < len(whom) <= PARCELS_PER_CALL_MAX:
        raise ParcelCountOutOfBounds(most=PARCELS_PER_CALL_MAX, pointer="/count")
    rules = open_round(programme) if recipients else None
    chosen = fund or _fund_with(programme, warehouse, wanted)
    if chosen.programme_id != programme.id:
        raise ProgrammeMismatch(fund=chosen.code, pointer="/fund")
    name = batch or f"{timezone.localdate(now):%Y%m%d}-{programme.code}"[:24]
    plan = Plan(
        actor, programme, warehouse, chosen, recipe, wanted, _contents_text(recipe, wanted), name, township, now, token
    )
    permits = _permits(plan, whom)
    items = {item.id: item for item, _ in wanted}
    shelf = open_shelf(warehouse=warehouse, fund=chosen, items=items, on=timezone.localdate(now))
    parcels = [
        _parcel(plan, number, recipient, permit, shelf)
        for number, (recipient, permit) in enumerate(zip(whom, permits, strict=True))
    ]
    mark_served(rules, organisation=actor.organisation, whom=_whom(parcels), now=now)
    _reserve(plan, parcels)
    return parcels


def _whom(parcels: Sequence[Parcel]) -> list[Served]:
    return [
        Served(
            row.household_id,
            row.beneficiary_id,
            (row.beneficiary or row.household).reference,  # type: ignore[union-attr]  # -- one of them stands
            row.id,
        )
        for row in parcels
        if row.household_id
    ]


@action
def cancel_parcel(*, parcel: Parcel, actor: Actor, reason: str = "", now: dt.datetime) -> Parcel:
    """Cancel a planned parcel, or take one apart that came back and was inspected: its goods are on the shelf again.

    What is no longer good is written off from there; whom it was for may be served again.

    Refuses ParcelUnderWay, ParcelNotInspected.
    """
    locked = Parcel.objects.select_for_update().get(id=parcel.id)
    _require_at_hand(locked, parcel.code.text)
    for posting in reversed(standing_postings(locked.postings)):
        entry = JournalEntry.objects.get(id=str(posting[2]))
        reverse_entry(entry=entry, now=now, reason_key="cancel", actor_id=actor.holder_id)
    locked.postings = [[*posting[:3], True] for posting in locked.postings]
    note_progress(
        [{"id": parcel.id, "state": "CANCELLED", "cancelled_at": now, "state_since": now, "postings": locked.postings}]
    )
    unmark([parcel.id], now=now)
    note_released(subject_ids=[parcel.id], actor_id=actor.holder_id, reason=reason, now=now)
    if locked.recall_id:
        hold_recalled(actor=actor, warehouses=[locked.warehouse], now=now)
    parcel.refresh_from_db()
    return parcel


def _require_at_hand(parcel: Parcel, code: str) -> None:
    if parcel.unposted_reason:
        raise ParcelUnderWay(parcel=code, state=parcel.state)
    if parcel.state == "RETURNED":
        if not was_inspected(parcel.scan_facts):
            raise ParcelNotInspected(parcel=code)
    elif parcel.state != "PLANNED" or len(standing_postings(parcel.postings)) > 1:
        raise ParcelUnderWay(parcel=code, state=parcel.state)


@action
def relabel_parcel(*, parcel: Parcel, code: Code) -> None:
    """Give a parcel the code that replaces its revoked one."""
    Parcel.objects.filter(id=parcel.id).update(code=code)


def note_progress(rows: Sequence[Mapping[str, Value]]) -> None:
    """Write what scans or a cancellation made of parcels, in one statement."""
    set_rows(Parcel, rows)


def progress_to_note(rows: Sequence[Mapping[str, Value]]) -> Change | None:
    """Say what scans made of parcels, for a caller that writes it together with other rows; None for nothing."""
    return Change(Parcel, rows) if rows else None


def standing_postings(postings: Sequence[Sequence[object]]) -> list[Sequence[object]]:
    """Leave out what was reversed: each is [kind, key, entry id, whether reversed]."""
    return [posting for posting in postings if not posting[3]]


def pieces_of(parcel: Parcel) -> list[Piece]:
    """Return what was reserved for a parcel."""
    return [Piece(uuid.UUID(lot), start, stop, value) for lot, start, stop, value, _ in parcel.contents]


def reserved_side(parcel: Parcel) -> Side:
    """Return where a parcel's goods wait until it is packed."""
    return Side(parcel.reserved_account_id)


def packed_side(parcel: Parcel) -> Side:
    """Return where a parcel's goods are once it is packed."""
    return Side(parcel.parcel_account_id)


def _planned_by(token: uuid.UUID, warehouse: Warehouse) -> list[Parcel]:
    ids = [derived_id(token, number) for number in range(PARCELS_PER_CALL_MAX)]
    return list(Parcel.objects.filter(id__in=ids, warehouse=warehouse).select_related("code").order_by("id"))


def _wanted(recipe: KitRecipe | None, lines: Sequence[tuple[Item, int]]) -> tuple[tuple[Item, int], ...]:
    if (recipe is None) == (not lines):
        raise ContentsUnclear(pointer="/contents")
    if recipe is not None:
        return ((recipe.item, 1),)
    if len(lines) > PARCEL_LINES_MAX or len({item.id for item, _ in lines}) < len(lines):
        raise LinesOutOfBounds(most=PARCEL_LINES_MAX, pointer="/contents/lines")
    for position, (_, quantity) in enumerate(lines):
        if not 0 < quantity <= LINE_QUANTITY_MAX:
            raise QuantityOutOfBounds(most=LINE_QUANTITY_MAX, pointer=f"/contents/lines/{position}/quantity")
    return tuple(lines)


def _fund_with(programme: Programme, warehouse: Warehouse, wanted: Sequence[tuple[Item, int]]) -> Fund:
    """Find the one fund whose goods lie here, else the programme's unrestricted one. Refuses FundRequired."""
    there = Balance.objects.filter(
        account_id=warehouse.account_id, quantity__gt=0, lot__item_id__in=[item.id for item, _ in wanted]
    )
    funds = Fund.objects.filter(programme=programme, purse__in=there.values("lot__purse")).select_related("purse")
    found = list(funds.order_by("code")[:10])
    if len(found) > 1:
        raise FundRequired(candidates=[fund.code for fund in found], pointer="/fund")
    return found[0] if found else unrestricted_fund_of(programme, warehouse.organisation)


def _permits(plan: Plan, whom: Sequence[Recipient | None]) -> list[Permit | None]:
    known = [recipient for recipient in whom if recipient is not None]
    if not known:
        return [None] * len(whom)
    members = {recipient.beneficiary.id for recipient in known if recipient.beneficiary}
    require_unerased({recipient.household.id for recipient in known}, members)
    revision, terms = terms_on(plan.fund, timezone.localdate(plan.now))
    codes = tuple(item.code for item, _ in plan.lines)
    claims = [
        Claim(plan.fund, (revision, terms), recipient.household, recipient.beneficiary, items=codes)
        for recipient in known
    ]
    return judge_eligibility(claims=claims, on=timezone.localdate(plan.now), judged_by_id=plan.actor.holder_id)


def _parcel(plan: Plan, number: int, recipient: Recipient | None, permit: Permit | None, shelf: Shelf) -> Parcel:
    pieces = [piece for item, quantity in plan.lines for piece in shelf.pick(item, quantity)]
    expiry = {row.lot_id: row.lot.expires_on for row in shelf.rows}
    parcel_id = derived_id(plan.token, number) if plan.token else new_id()
    return Parcel(
        id=parcel_id,
        organisation=plan.warehouse.organisation,
        programme=plan.programme,
        fund=plan.fund,
        warehouse=plan.warehouse,
        household=recipient.household if recipient else None,
        beneficiary=recipient.beneficiary if recipient else None,
        permit=permit,
        kit_recipe=plan.recipe,
        batch=plan.batch,
        township=recipient.household.township if recipient else plan.township,
        contents=[
            [str(piece.lot_id), piece.start, piece.stop, piece.value_minor, _iso(expiry[piece.lot_id])]
            for piece in pieces
        ],
        contents_text=plan.contents_text,
        value_minor=sum(piece.value_minor for piece in pieces),
        weight_grams=_weight_grams(plan.lines),
        planned_at=plan.now,
        state_since=plan.now,
    )


def _reserve(plan: Plan, parcels: Sequence[Parcel]) -> None:
    codes = issue_codes(
        kind="PARCEL",
        subjects=[parcel.id for parcel in parcels],
        organisation_id=plan.warehouse.organisation_id,
        now=plan.now,
    )
    for parcel, code in zip(parcels, codes, strict=True):
        parcel.code = code
    accounts = [_open(parcel, kind) for parcel in parcels for kind in (AccountKind.RESERVED, AccountKind.PARCEL)]
    open_accounts(accounts)
    given = newest_gifts([pieces_of(parcel) for parcel in parcels])
    shelves = side_of(plan.warehouse.account)
    postings = []
    for parcel, given_at in zip(parcels, given, strict=True):
        parcel.given_on = timezone.localdate(given_at) if given_at else None
        entry_id = new_id()
        parcel.postings = [["RESERVE", "", str(entry_id), False]]
        postings.append(
            Posting(
                kind=EntryKind.RESERVE,
                organisation_id=parcel.organisation_id,
                idempotency_key=f"reserve:{parcel.id}",
                occurred_at=plan.now,
                entry_id=entry_id,
                actor_id=plan.actor.holder_id,
                movements=tuple(Movement(piece, shelves, reserved_side(parcel)) for piece in pieces_of(parcel)),
            )
        )
    post_entries(postings=postings, now=plan.now)
    Parcel.objects.bulk_create(parcels)


def _open(parcel: Parcel, kind: str) -> Account:
    account = Account(
        kind=kind,
        subject_id=parcel.id,
        place_id=parcel.warehouse_id,
        organisation_id=parcel.organisation_id,
        reference=parcel.code.text,
    )
    if kind == AccountKind.RESERVED:
        parcel.reserved_account = account
    else:
        parcel.parcel_account = account
    return account


def _contents_text(recipe: KitRecipe | None, lines: Sequence[tuple[Item, int]]) -> list[dict[str, str | int]]:
    if recipe is not None:
        rows = recipe.lines.select_related("item").order_by("item__code")
        lines = [(row.item, row.quantity) for row in rows] or lines
    return [
        {"item": item.code, "zh": item.name_zh, "en": item.name_en or item.name_zh, "quantity": quantity}
        for item, quantity in lines
    ]


def _weight_grams(lines: Sequence[tuple[Item, int]]) -> int | None:
    weights = [item.weight_grams for item, _ in lines]
    if None in weights:
        return None
    return sum((item.weight_grams or 0) * quantity for item, quantity in lines)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
