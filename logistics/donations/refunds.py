"""Give gifts back to their donors: money that is not spent yet, goods that are still on the shelf.

Proposed by one person with a reason and evidence, approved by another. The gift itself stands as it was recorded; its
trace shows what was returned.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from logistics.donations.models import Donation, DonationKind, DonationLine
from logistics.donations.refund_models import Refund
from logistics.funds.reads import bank_of_body
from logistics.journal.actions import post_entry
from logistics.journal.locking import locked_balances
from logistics.journal.models import Account, AccountKind, Balance, EntryKind, Transfer
from logistics.journal.postings import Movement, Piece, Posting, side_of
from logistics.journal.reads import Values
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.kernel.spans import Span, count_of_units, highest
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.parties.proposals import approved, propose, to_approve
from logistics.stock.actions import QUANTITY_MAX, AmountOutOfBounds, LinesOutOfBounds, require_quantity
from logistics.stock.reads import ItemMissing
from logistics.storage.transactions import action

REFUND_LINES_MAX = 200


class GiftUsed(Conflicting):
    code = "gift_used"
    zh = "这笔捐赠尚未使用的只有 {available}，不能退还 {wanted}。"
    en = "Only {available} of this gift are unused; {wanted} cannot be given back."


class RefundKindWrong(Unacceptable):
    code = "refund_kind_wrong"
    zh = "捐款退还写金额，捐赠物资退还写明细。"
    en = "Of a gift of money an amount is given back, of a gift of goods its lines."


@action
def propose_refund(
    *,
    actor: Actor,
    donation: Donation,
    amount_minor: int = 0,
    lines: Sequence[tuple[DonationLine, int]] = (),
    refunded_at: dt.datetime,
    reason: str,
    evidence_sha256: str,
    reference: str,
    now: dt.datetime,
) -> tuple[Refund, bool]:
    """Propose to give a gift back, all or a part: `amount_minor` of money, or so many units of lines of goods.

    Returns (proposal, is new). Refuses RefundKindWrong, AmountOutOfBounds, QuantityOutOfBounds, LinesOutOfBounds,
    GiftUsed, EvidenceRequired, HappenedInFuture, ReferenceReused.
    """
    _require(donation, amount_minor, lines)
    told = [[str(line.lot_id), quantity] for line, quantity in lines]
    row, is_new = propose(
        Refund,
        [str(donation.id), amount_minor, *(f"{lot}:{quantity}" for lot, quantity in told)],
        actor=actor,
        organisation=_payer(donation, amount_minor),
        reference=reference,
        reason=reason,
        evidence_sha256=evidence_sha256,
        happened_at=refunded_at,
        now=now,
        donation=donation,
        amount_minor=amount_minor,
        lines=told,
    )
    if is_new:
        # Refuse early what nobody could approve; what counts is asked again, under lock, when it is approved.
        _movements(row)
    return row, is_new


@action
def approve_refund(*, actor: Actor, refund: Refund, now: dt.datetime) -> Refund:
    """Approve and book a refund: the gift's own unused units go back to the donor.

    Refuses ProposalDecided, ProposalApprovedByProposer, GiftUsed.
    """
    row = to_approve(refund, actor)
    entry = post_entry(
        posting=Posting(
            kind=EntryKind.REFUND,
            organisation_id=row.organisation_id,
            idempotency_key=f"refund:{row.id}",
            occurred_at=row.happened_at,
            actor_id=row.proposed_by_id,
            approver_id=actor.holder_id,
            evidence_sha256=row.evidence_sha256,
            movements=tuple(_movements(row)),
        ),
        now=now,
    )
    return approved(row, actor=actor, entry=entry, now=now)


def lines_of(donation: Donation, wanted: Sequence[tuple[str, str, int]]) -> list[tuple[DonationLine, int]]:
    """Find the lines of a gift of goods by item and, where one is named, batch. Refuses ItemMissing."""
    lines = list(donation.lines.select_related("item").order_by("id"))
    found = []
    for position, (code, batch, quantity) in enumerate(wanted):
        line = next((row for row in lines if row.item.code == code and batch in ("", row.batch)), None)
        if line is None:
            raise ItemMissing(item=code, pointer=f"/lines/{position}/item")
        found.append((line, quantity))
    return found


def unused_of(donation: Donation) -> dict[str, int]:
    """Count what of a gift could be given back: units by lot, in fen for money."""
    births = list(donation.entry.transfers.filter(is_origin=True).select_related("lot"))
    places = _places(donation)
    # A refund is paid from one place: the one that has most.
    return {str(row.lot_id): max(count_of_units(_unused(place, row)) for place in places) for row in births}


def _require(donation: Donation, amount_minor: int, lines: Sequence[tuple[DonationLine, int]]) -> None:
    is_money = donation.kind == DonationKind.MONEY
    if (is_money and (lines or amount_minor <= 0)) or (not is_money and (amount_minor or not lines)):
        raise RefundKindWrong(pointer="/money" if is_money else "/lines")
    if amount_minor > donation.amount_minor and is_money:
        raise AmountOutOfBounds(most=donation.amount_minor, pointer="/money")
    if len({line.id for line, _ in lines}) < len(lines) or len(lines) > REFUND_LINES_MAX:
        raise LinesOutOfBounds(most=REFUND_LINES_MAX, pointer="/lines")
    for position, (_, quantity) in enumerate(lines):
        require_quantity(quantity, QUANTITY_MAX, f"/lines/{position}/quantity")


def _movements(refund: Refund) -> list[Movement]:
    donation = refund.donation
    births = {str(row.lot_id): row for row in donation.entry.transfers.filter(is_origin=True).select_related("lot")}
    wanted: Mapping[str, int] = dict(refund.lines) or dict.fromkeys(births, refund.amount_minor)
    place = _place(donation, refund.organisation_id)
    pieces = [piece for lot, quantity in wanted.items() for piece in _pieces(place, births[lot], quantity)]
    giver = side_of(donation.donor.account)
    return [Movement(piece, credit=side_of(place), debit=giver) for piece in pieces]


def _pieces(place: Account, birth: Transfer, quantity: int) -> list[Piece]:
    unused = _unused(place, birth)
    available = count_of_units(unused)
    if available < quantity:
        raise GiftUsed(available=available, wanted=quantity)
    # The last units go back: what is spent next stays what it was.
    spans = highest(unused, quantity)
    if birth.lot.is_money:
        return [Piece(birth.lot_id, start, stop, stop - start) for start, stop in spans]
    values = Values([birth.lot])
    return [values.piece(birth.lot_id, span) for span in spans]


def _unused(place: Account, birth: Transfer) -> list[Span]:
    """Lock and list the units of a gift that lie in a place."""
    rows = locked_balances([(place.id, birth.lot_id)])
    cut = [(max(start, birth.start), min(stop, birth.stop)) for row in rows for start, stop in row.spans]
    return [(start, stop) for start, stop in cut if start < stop]


def _place(donation: Donation, organisation_id: uuid.UUID) -> Account:
    """Return where a gift goes back from: its warehouse, or the bank of the body that pays."""
    if donation.warehouse:
        return donation.warehouse.account
    if organisation_id == donation.organisation_id:
        return donation.fund.bank_account
    return bank_of_body(fund=donation.fund, organisation_id=organisation_id)


def _places(donation: Donation) -> list[Account]:
    """List where units of a gift may lie free: where it was received, and the banks it was handed down to."""
    if donation.warehouse:
        return [donation.warehouse.account]
    lots = donation.entry.transfers.filter(is_origin=True).values("lot")
    banks = Balance.objects.filter(account__kind=AccountKind.BANK, lot__in=lots, quantity__gt=0)
    own = donation.fund.bank_account
    return [own, *Account.objects.filter(id__in=banks.values("account")).exclude(id=own.id).order_by("id")]


def _payer(donation: Donation, amount_minor: int) -> Organisation:
    """Choose who gives money back: the first body in whose bank enough of the gift's own units lie."""
    birth = donation.entry.transfers.filter(is_origin=True).select_related("lot")[0]
    own, *handed = _places(donation)
    if handed and count_of_units(_unused(own, birth)) < amount_minor:
        for place in handed:
            if count_of_units(_unused(place, birth)) >= amount_minor:
                return Organisation.objects.get(id=place.organisation_id)
    return donation.organisation
