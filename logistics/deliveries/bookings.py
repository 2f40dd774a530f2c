"""From a conclusion to the books: which entries must stand, which are reversed, which wait as Unposted."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from logistics.deliveries.desk import contradictions_of
from logistics.deliveries.serving import mark_handed_over, unmark_taken_back
from logistics.funds.actions import terms_on
from logistics.households.eligibility import Claim, judge_eligibility, permit_stands
from logistics.households.models import Household
from logistics.journal.actions import open_account
from logistics.journal.models import AccountKind, EntryKind
from logistics.journal.postings import Movement, Posting, Side, side_of
from logistics.kernel.delivery_states import Conclusion
from logistics.kernel.refusals import Refusal
from logistics.parcels.actions import packed_side, pieces_of, reserved_side, standing_postings
from logistics.parcels.models import Parcel
from logistics.storage.rows import new_id

ENDS = {"HAND_OVER": EntryKind.HAND_OVER, "LOSE": EntryKind.LOSE, "DAMAGE": EntryKind.DAMAGE}


@dataclass
class Booking:
    """What the books must do for one parcel: postings in order, or the reason why they cannot."""

    postings: list[Posting] = field(default_factory=list)
    unposted_reason: str = ""


@dataclass(frozen=True)
class Wanted:
    """One entry that must stand: its kind, and what tells it from another of that kind."""

    kind: str
    key: str
    scan_id: str


def book(parcel: Parcel, conclusion: Conclusion, *, actor_id: uuid.UUID, now: dt.datetime, avoid: str = "") -> Booking:
    """Bring the books to what the scans conclude: reverse what no longer holds, post what is new.

    `avoid` names a reason for which the database has refused the new postings already.
    """
    booking = Booking()
    wanted, booking.unposted_reason = _wanted(parcel, conclusion)
    standing = standing_postings(parcel.postings)
    kept = _common(standing, wanted)
    if avoid:
        booking.unposted_reason = avoid
        wanted = wanted[:kept]
    for gone in reversed(standing[kept:]):
        if gone[0] == EntryKind.HAND_OVER:
            unmark_taken_back(parcel, now=now)
        booking.postings.append(_mirror(parcel, gone, actor_id=actor_id, now=now))
    for want in wanted[kept:]:
        try:
            booking.postings.append(_posting(parcel, want, actor_id=actor_id, now=now))
        except Refusal as refusal:
            booking.unposted_reason = refusal.code
            break
    return booking


def _wanted(parcel: Parcel, conclusion: Conclusion) -> tuple[list[Wanted], str]:
    if conclusion.state == "CANCELLED":
        return [], "parcel_cancelled" if contradictions_of(parcel) else ""
    if conclusion.pack is None:
        return _reserved(parcel, conclusion), "pack_missing" if conclusion.end else ""
    wanted = [*_reserved(parcel, conclusion), Wanted(EntryKind.PACK, "", conclusion.pack)]
    if conclusion.end is None or conclusion.end_scan is None:
        return wanted, ""
    household = conclusion.household or _text(parcel.household_id)
    if conclusion.end == "HAND_OVER" and household is None:
        return wanted, "household_unknown"
    key = household or "" if conclusion.end == "HAND_OVER" else ""
    return [*wanted, Wanted(ENDS[conclusion.end], key, conclusion.end_scan)], ""


def _reserved(parcel: Parcel, conclusion: Conclusion) -> list[Wanted]:
    """Want what was reserved when it was planned; again from the shelf where an officer overruled a cancellation."""
    return [Wanted(EntryKind.RESERVE, "", conclusion.end_scan or conclusion.pack or str(parcel.id))]


def _common(standing: Sequence[Sequence[object]], wanted: Sequence[Wanted]) -> int:
    pairs = zip(standing, wanted, strict=False)
    return next(
        (place for place, (row, want) in enumerate(pairs) if (row[0], row[1]) != (want.kind, want.key)),
        min(len(standing), len(wanted)),
    )


def _mirror(parcel: Parcel, gone: Sequence[object], *, actor_id: uuid.UUID, now: dt.datetime) -> Posting:
    entry_id = new_id()
    credit, debit = _sides(parcel, str(gone[0]), str(gone[1]))
    posting = Posting(
        kind=str(gone[0]),
        organisation_id=parcel.organisation_id,
        idempotency_key=f"reversal:{gone[2]}",
        occurred_at=now,
        entry_id=entry_id,
        actor_id=actor_id,
        reverses_id=uuid.UUID(str(gone[2])),
        movements=tuple(Movement(piece, credit=debit, debit=credit) for piece in pieces_of(parcel)),
    )
    parcel.postings = [[*row[:3], True] if row[2] == gone[2] else row for row in parcel.postings]
    return posting


def _posting(parcel: Parcel, want: Wanted, *, actor_id: uuid.UUID, now: dt.datetime) -> Posting:
    """Make the entry. Refuses what `judge_eligibility` and `mark_handed_over` refuse."""
    permit_id = None
    if want.kind == EntryKind.HAND_OVER:
        permit_id = _permit_id(parcel, want, now)
        mark_handed_over(parcel, _household_of(parcel, want.key), at=_scanned_at(parcel, want.scan_id))
    credit, debit = _sides(parcel, want.kind, want.key)
    entry_id = new_id()
    posting = Posting(
        kind=want.kind,
        organisation_id=parcel.organisation_id,
        # The scan names the fact; the count tells a second posting of it, after a reversal, from the first.
        idempotency_key=f"scan:{want.scan_id}:{want.kind}:{len(parcel.postings)}",
        occurred_at=_scanned_at(parcel, want.scan_id),
        entry_id=entry_id,
        actor_id=actor_id,
        permit_id=permit_id,
        movements=tuple(Movement(piece, credit=credit, debit=debit) for piece in pieces_of(parcel)),
    )
    parcel.postings = [*parcel.postings, [want.kind, want.key, str(entry_id), False]]
    return posting


def _sides(parcel: Parcel, kind: str, key: str) -> tuple[Side, Side]:
    """Say from where (credit) to where (debit) an entry of this kind moves the parcel's goods."""
    if kind == EntryKind.RESERVE:
        return side_of(parcel.warehouse.account), reserved_side(parcel)
    if kind == EntryKind.PACK:
        return reserved_side(parcel), packed_side(parcel)
    if kind == EntryKind.HAND_OVER:
        return packed_side(parcel), Side(_household_of(parcel, key).account_id)
    loss = open_account(
        kind=AccountKind.LOSS,
        subject_id=parcel.organisation_id,
        organisation_id=parcel.organisation_id,
        reference=parcel.warehouse.code,
        detail=kind,
    )
    return packed_side(parcel), Side(loss.id)


def _household_of(parcel: Parcel, key: str) -> Household:
    # The planned household came with the parcel; another one is fetched only where the card said so.
    if parcel.household is not None and str(parcel.household_id) == key:
        return parcel.household
    return Household.objects.get(id=key)


def _permit_id(parcel: Parcel, want: Wanted, now: dt.datetime) -> uuid.UUID | None:
    if not parcel.fund.purse.is_restricted:
        return None
    household = _household_of(parcel, want.key)
    was_used = any(row[0] == EntryKind.HAND_OVER for row in parcel.postings)
    if parcel.permit_id and not was_used and household.id == parcel.household_id and _is_valid(parcel, want):
        return parcel.permit_id
    on = timezone.localdate(_scanned_at(parcel, want.scan_id))
    beneficiary = parcel.beneficiary if household.id == parcel.household_id else None
    claim = Claim(parcel.fund, terms_on(parcel.fund, on), household, beneficiary)
    # A refusal ends this savepoint alone: the scan is stored all the same, and the parcel waits as Unposted.
    with transaction.atomic():
        permit = judge_eligibility(claims=[claim], on=on, judged_by_id=None)[0]
    return permit.id if permit else None


def _is_valid(parcel: Parcel, want: Wanted) -> bool:
    permit, on = parcel.permit, timezone.localdate(_scanned_at(parcel, want.scan_id))
    if permit is None or on > permit.valid_until:
        return False
    return permit_stands(permit, fund=parcel.fund, member=parcel.beneficiary)


def _scanned_at(parcel: Parcel, scan_id: str) -> dt.datetime:
    stated = ((row[0], row[1]) for row in parcel.settled)
    at_ms = next(
        at_ms for known, at_ms in [*((row[0], row[2]) for row in parcel.scan_facts), *stated] if known == scan_id
    )
    scanned_at = dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC)
    # What overrules a cancellation takes the goods from the shelf that they were put back on.
    return max(scanned_at, parcel.cancelled_at) if parcel.cancelled_at else scanned_at


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)
