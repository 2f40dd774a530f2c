"""Hand money and goods down to a lower organisation (逐级下拨), confirmed by both.

What is handed down stays what it is: the same units of the same fund, under the same terms, so that a girls' fund
stays one on every level and a trace runs through any number of organisations without a seam. Each organisation books
its own side in its own periods; in between the units lie in transit.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from logistics.funds.models import Fund
from logistics.funds.reads import bank_that_pays
from logistics.journal.actions import open_account, post_entry
from logistics.journal.models import Account, AccountKind, EntryKind
from logistics.journal.postings import Piece, Posting, side_of
from logistics.journal.purses import money_pieces
from logistics.kernel.money import AMOUNT_MINOR_MAX, CURRENCIES
from logistics.kernel.refusals import NotAllowed, Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.parties.references import content_sha256, repeated
from logistics.stock.actions import AmountOutOfBounds
from logistics.stock.arrival_entries import note_arrivals
from logistics.stock.arrivals import Arrival, Receipt, TransitStateWrong
from logistics.stock.models import Item, Warehouse
from logistics.stock.moves import picked_lines
from logistics.stock.recalls import hold_recalled
from logistics.stock.transit import movements, stored, transit_account
from logistics.stock.transit_models import HandDown, TransitLine
from logistics.stock.transit_reads import is_receivers_side
from logistics.stock.transit_rows import TransitState
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action


class ReceiverNotBelow(Unacceptable):
    code = "receiver_not_below"
    zh = "只能下拨给下级单位；{receiver} 不在本单位之下。"
    en = "Things are handed down to a lower body; {receiver} does not stand below."


class MoneyOrGoods(Unacceptable):
    code = "money_or_goods"
    zh = "一次下拨要么是资金，要么是物资（须写明发出仓库和下级单位的接收仓库）。"
    en = "A hand-down is either money, or goods with the warehouse that they leave and one of the receiver's."


class NotYoursToConfirm(NotAllowed):
    code = "not_yours_to_confirm"
    zh = "应由 {organisation} 确认。"
    en = "It is for {organisation} to confirm."


class SenderTakesNoReceipt(Unacceptable):
    code = "sender_takes_no_receipt"
    zh = "发出方只能登记丢失、损坏或退回；收到的数量由接收方确认。"
    en = "The sender tells what was lost, damaged or came back; what was received is the receiver's to confirm."


class ReturnIsTheSenders(Unacceptable):
    code = "return_is_the_senders"
    zh = "退回的数量由发出方登记；接收方未收到的留在途中即可。"
    en = "What came back is the sender's to tell; the receiver leaves on the way what did not come."


@dataclass(frozen=True)
class Goods:
    """Goods to be handed down: from which warehouse to which, and what."""

    origin: Warehouse
    destination: Warehouse
    lines: Sequence[tuple[Item, int]]


@action
def send_hand_down(
    *,
    actor: Actor,
    fund: Fund,
    receiver: Organisation,
    amount_minor: int = 0,
    currency: str = "CNY",
    goods: Goods | None = None,
    evidence_sha256: str = "",
    note: str = "",
    reference: str,
    now: dt.datetime,
) -> tuple[HandDown, bool]:
    """Send money (minor units) or goods of a fund to a lower organisation; in transit until it confirms.

    Returns (hand-down, is new). Refuses ReceiverNotBelow, MoneyOrGoods, AmountOutOfBounds, FundNotHandedDown,
    FundOverspent, StockShort, GoodsOfAnotherFund, LinesOutOfBounds, ReferenceReused.
    """
    content = _content(fund, receiver, amount_minor, currency, goods)
    owner = actor.reference_owner
    earlier = repeated(HandDown.objects.filter(partner_id=owner, reference=reference), content)
    if earlier is not None:
        return earlier, False
    _require(receiver, amount_minor, currency, goods)
    payer = _payer(actor, fund, goods)
    if receiver.id == payer.id or not receiver.path.startswith(payer.path):
        raise ReceiverNotBelow(receiver=receiver.code, pointer="/to")
    row = HandDown(
        organisation=payer,
        receiver=receiver,
        fund=fund,
        origin=goods.origin if goods else None,
        destination=goods.destination if goods else None,
        amount_minor=amount_minor,
        currency=currency,
        evidence_sha256=evidence_sha256,
        note=note,
        partner_id=owner,
        reference=reference,
        request_sha256=content,
        sent_at=now,
        sent_by_id=actor.holder_id,
    )
    _send(row, goods, now)
    return row, True


@action
def confirm_hand_down(
    *,
    actor: Actor,
    hand_down: HandDown,
    arrivals: Sequence[Arrival] | None = None,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> HandDown:
    """Confirm what came (the receiver, as often as something comes), then tell what became of the rest (the sender).

    None says: all that is on the way came. What nobody tells stays in transit. The same token says it once. Refuses
    NotYoursToConfirm, SenderTakesNoReceipt, ReturnIsTheSenders, TransitStateWrong, LinesMismatch, NothingArrived,
    MoreThanSent.
    """
    rows = HandDown.objects.select_for_update(of=("self",)).select_related(*_WITH)
    locked = rows.get(id=hand_down.id)
    turn = _turn(actor, locked)
    receipt = Receipt(
        actor=actor,
        organisation=turn,
        transit=locked.account,
        kind=EntryKind.HAND_DOWN_IN,
        destination=locked.destination.account if locked.destination else _bank(locked.receiver),
        origin=locked.origin.account if locked.origin else _bank(locked.organisation),
        token=derived_id(token, 0) if token else new_id(),
        now=now,
    )
    if receipt.is_booked:
        return locked
    _require_own_words(locked, turn, arrivals)
    note_arrivals(locked, arrivals, receipt)
    ends = [place for place in (locked.origin, locked.destination) if place is not None]
    hold_recalled(actor=actor, warehouses=ends, now=now)
    return locked


def _turn(actor: Actor, hand_down: HandDown) -> Organisation:
    """Say for whom somebody speaks: nobody confirms for both sides."""
    if is_receivers_side(hand_down, actor.organisation):
        return hand_down.receiver
    if hand_down.organisation.path.startswith(actor.organisation.path):
        return hand_down.organisation
    raise NotYoursToConfirm(organisation=hand_down.receiver.code)


def _require_own_words(hand_down: HandDown, turn: Organisation, arrivals: Sequence[Arrival] | None) -> None:
    """Refuse what only the other side can say: the receiver what came, the sender what came back.

    A loss is told by the receiver, or by the sender once the receiver has said what came.
    """
    if turn.id == hand_down.receiver_id:
        if any(arrival.returned for arrival in arrivals or ()):
            raise ReturnIsTheSenders(pointer="/lines")
        return
    if arrivals is None or any(arrival.received for arrival in arrivals):
        raise SenderTakesNoReceipt(pointer="/lines")
    if hand_down.state == TransitState.SENT and any(arrival.lost or arrival.damaged for arrival in arrivals):
        raise TransitStateWrong(state=hand_down.state)


def _content(fund: Fund, receiver: Organisation, amount: int, currency: str, goods: Goods | None) -> str:
    lines = [f"{item.code}:{quantity}" for item, quantity in goods.lines] if goods else []
    places = [goods.origin.code, goods.destination.code] if goods else []
    return content_sha256([fund.code, receiver.code, amount, currency, *places, *lines])


def _require(receiver: Organisation, amount_minor: int, currency: str, goods: Goods | None) -> None:
    if bool(amount_minor) == (goods is not None):
        raise MoneyOrGoods(pointer="/money")
    if goods is not None and goods.destination.organisation_id != receiver.id:
        raise MoneyOrGoods(pointer="/to_warehouse")
    if goods is None and (not 0 < amount_minor <= AMOUNT_MINOR_MAX or currency not in CURRENCIES):
        raise AmountOutOfBounds(most=AMOUNT_MINOR_MAX, pointer="/money/amount")


def _payer(actor: Actor, fund: Fund, goods: Goods | None) -> Organisation:
    if goods is not None:
        return goods.origin.organisation
    return Organisation.objects.get(id=bank_that_pays(fund=fund, organisation=actor.organisation).organisation_id)


def _send(row: HandDown, goods: Goods | None, now: dt.datetime) -> None:
    """Choose the units that leave, book them into transit and store the hand-down with its lines."""
    names = f"{row.organisation.code}>{row.receiver.code}"
    row.account = transit_account(row.id, row.organisation, names)
    picked, origin = _picked(row, goods)
    units = [piece for pieces in picked for piece in pieces]
    row.entry = post_entry(
        posting=Posting(
            kind=EntryKind.HAND_DOWN_OUT,
            organisation_id=row.organisation.id,
            idempotency_key=f"hand-down:{row.id}",
            occurred_at=now,
            actor_id=row.sent_by_id,
            evidence_sha256=row.evidence_sha256,
            movements=movements(units, side_of(origin), side_of(row.account)),
        ),
        now=now,
    )
    HandDown.objects.bulk_create([row])
    items: Sequence[tuple[Item | None, int]] = goods.lines if goods else [(None, row.amount_minor)]
    TransitLine.objects.bulk_create(
        TransitLine(hand_down=row, item=item, sent=quantity, pieces=stored(pieces))
        for (item, quantity), pieces in zip(items, picked, strict=True)
    )


def _picked(row: HandDown, goods: Goods | None) -> tuple[list[list[Piece]], Account]:
    if goods is not None:
        return picked_lines(goods.origin, row.fund, goods.lines), goods.origin.account
    bank = _bank(row.organisation)
    money = money_pieces(
        purse_id=row.fund.purse_id, currency=row.currency, bank=side_of(bank), amount_minor=row.amount_minor
    )
    return [money], bank


def _bank(organisation: Organisation) -> Account:
    return open_account(
        kind=AccountKind.BANK,
        subject_id=organisation.id,
        organisation_id=organisation.id,
        place_id=organisation.id,
        reference=organisation.code,
    )


_WITH = (
    *("account", "organisation", "receiver", "fund"),
    *("origin__account", "origin__organisation", "destination__account", "destination__organisation"),
)
