"""Goods that leave our care: written off, or sold as unfit. One person proposes, another approves, then it is booked.

What a buyer pays is new money of the fund whose goods were sold. Whose gift it was is told by the goods that were sold
for it: `ledgers.traces` follows the money of a sale back through them.
"""

import datetime as dt
import uuid
from dataclasses import replace

from logistics.journal.actions import open_account, post_entry
from logistics.journal.models import Account, AccountKind, EntryKind, JournalEntry, Lot
from logistics.journal.postings import Piece, Posting, Side, side_of
from logistics.journal.purses import receive_money
from logistics.kernel.money import AMOUNT_MINOR_MAX
from logistics.kernel.refusals import Conflicting, NotAllowed, Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.proposals import require_evidence
from logistics.stock.actions import QUANTITY_MAX, AmountOutOfBounds, require_quantity
from logistics.stock.care_models import Disposal, DisposalState, Hold
from logistics.stock.holds import HoldShort, locked_hold, quarantine_side, taken_from_hold
from logistics.stock.models import Warehouse
from logistics.stock.picking import units_of_lot
from logistics.stock.transit import loss_account, movements
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action


class DisposalDecided(Conflicting):
    code = "disposal_decided"
    zh = "这次处置的状态已是 {state}。"
    en = "This disposal is {state} already."


class DisposedByProposer(NotAllowed):
    code = "disposed_by_proposer"
    zh = "提出处置的人不能自己审批。"
    en = "Who proposed the disposal may not approve it."


class BuyerUnnamed(Unacceptable):
    code = "buyer_unnamed"
    zh = "出售须写明买方和价款，二者缺一不可。"
    en = "A sale names the buyer and what is paid: both, or neither."


@action
def propose_disposal(
    *,
    actor: Actor,
    warehouse: Warehouse,
    lot: Lot,
    quantity: int,
    reason: str,
    note: str = "",
    hold: Hold | None = None,
    proceeds_minor: int = 0,
    buyer: str = "",
    evidence_sha256: str,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> Disposal:
    """Propose to write goods off, or to sell them as unfit for `proceeds_minor`: off the shelf, or off a hold.

    The same token proposes it once. Refuses QuantityOutOfBounds, AmountOutOfBounds, BuyerUnnamed, EvidenceRequired,
    HoldShort, LotShort.
    """
    disposal_id = derived_id(token, 0) if token else new_id()
    standing = Disposal.objects.filter(id=disposal_id, warehouse=warehouse).first()
    if standing is not None:
        return standing
    require_quantity(quantity, QUANTITY_MAX, "/quantity")
    require_evidence(evidence_sha256, "/evidence_sha256")
    if not 0 <= proceeds_minor <= AMOUNT_MINOR_MAX:
        raise AmountOutOfBounds(most=AMOUNT_MINOR_MAX, pointer="/proceeds")
    if bool(proceeds_minor) != bool(buyer):
        raise BuyerUnnamed(pointer="/buyer")
    if hold is None:
        units_of_lot(account_id=warehouse.account_id, lot_id=lot.id, quantity=quantity)
    elif quantity > hold.left:
        raise HoldShort(available=hold.left, wanted=quantity, pointer="/quantity")
    assert lot.item_id is not None
    return Disposal.objects.create(
        id=disposal_id,
        warehouse=warehouse,
        lot=lot,
        item_id=lot.item_id,
        quantity=quantity,
        hold=hold,
        reason=reason,
        note=note,
        evidence_sha256=evidence_sha256,
        proceeds_minor=proceeds_minor,
        buyer=buyer,
        proposed_at=now,
        proposed_by_id=actor.holder_id,
    )


@action
def approve_disposal(*, actor: Actor, disposal: Disposal, now: dt.datetime) -> Disposal:
    """Approve and book a disposal; what a buyer pays joins the goods' own fund.

    Refuses DisposalDecided, DisposedByProposer, LotShort, HoldShort, HoldReleased.
    """
    locked = _proposed(disposal)
    if locked.proposed_by_id == actor.holder_id:
        raise DisposedByProposer
    locked.entry = _book(actor, locked, now)
    return _decided(locked, DisposalState.APPROVED, actor, now)


@action
def reject_disposal(*, actor: Actor, disposal: Disposal, now: dt.datetime) -> Disposal:
    """Reject a proposal, or take one's own back; nothing is booked. Refuses DisposalDecided."""
    return _decided(_proposed(disposal), DisposalState.REJECTED, actor, now)


def _book(actor: Actor, disposal: Disposal, now: dt.datetime) -> JournalEntry:
    is_sale = disposal.proceeds_minor > 0
    pieces, place = _taken(disposal)
    posting = Posting(
        kind=EntryKind.SALE if is_sale else EntryKind.WRITE_OFF,
        organisation_id=disposal.warehouse.organisation_id,
        idempotency_key=f"disposal:{disposal.id}",
        occurred_at=now,
        actor_id=disposal.proposed_by_id,
        approver_id=actor.holder_id,
        evidence_sha256=disposal.evidence_sha256,
        movements=movements(pieces, place, side_of(_end(disposal, is_sale))),
    )
    entry = post_entry(posting=posting, now=now)
    if is_sale:
        disposal.proceeds_entry = _receive_proceeds(disposal, posting, now)
    return entry


def _taken(disposal: Disposal) -> tuple[list[Piece], Side]:
    """Choose the units that leave, and say from where."""
    if disposal.hold is None:
        shelves = side_of(disposal.warehouse.account)
        account_id = shelves.account_id
        return units_of_lot(account_id=account_id, lot_id=disposal.lot_id, quantity=disposal.quantity), shelves
    hold = locked_hold(disposal.hold)
    pieces = taken_from_hold(hold, disposal.quantity)
    hold.save(update_fields=["left"])
    return pieces, quarantine_side(disposal.warehouse)


def _end(disposal: Disposal, is_sale: bool) -> Account:
    organisation = disposal.warehouse.organisation
    if not is_sale:
        return loss_account(organisation, disposal.reason)
    return open_account(
        kind=AccountKind.SOLD,
        subject_id=organisation.id,
        organisation_id=organisation.id,
        reference=organisation.code,
        detail=disposal.reason,
    )


def _receive_proceeds(disposal: Disposal, sale: Posting, now: dt.datetime) -> JournalEntry:
    """Book what the buyer pays: the next units of the fund whose goods were sold, in an entry of its own."""
    organisation = disposal.warehouse.organisation
    buyer, bank = (
        open_account(
            kind=kind,
            subject_id=organisation.id,
            organisation_id=organisation.id,
            place_id=organisation.id,
            reference=organisation.code,
            detail=detail,
        )
        for kind, detail in ((AccountKind.INCOME, "SALE"), (AccountKind.BANK, ""))
    )
    income = replace(sale, idempotency_key=f"proceeds:{disposal.id}", entry_id=new_id(), movements=())
    (entry,) = receive_money(
        purse_id=disposal.lot.purse_id,
        currency=disposal.lot.currency,
        bank=side_of(bank),
        gifts=[(income, side_of(buyer), disposal.proceeds_minor)],
        now=now,
    )
    return entry


def _proposed(disposal: Disposal) -> Disposal:
    rows = Disposal.objects.select_for_update(of=("self",)).select_related(
        "warehouse__account", "warehouse__organisation", "lot", "hold"
    )
    locked = rows.get(id=disposal.id)
    if locked.state != DisposalState.PROPOSED:
        raise DisposalDecided(state=locked.state)
    return locked


def _decided(disposal: Disposal, state: DisposalState, actor: Actor, now: dt.datetime) -> Disposal:
    disposal.state, disposal.decided_at, disposal.decided_by_id = state, now, actor.holder_id
    disposal.save(update_fields=["state", "decided_at", "decided_by_id", "entry", "proceeds_entry"])
    return disposal
