"""What was known of parcels by a day and a moment: from the scans that had come and the entries that stood.

Nothing is taken from a parcel's row but what was fixed when it was planned. A scan counts from the day on which the
books took it: its own, or the first open day where its period had closed before it came.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from logistics.codes.reads import codes_known
from logistics.deliveries.models import ScanEvent, Settlement
from logistics.deliveries.settlements import settled_by
from logistics.journal.models import EntryKind, JournalEntry, Period, PeriodState, Transfer
from logistics.kernel.delivery_states import Conclusion, ScanFact, Settled, conclude, hand_overs_after_cancelling
from logistics.ledgers.scope import LedgerScope
from logistics.parcels.models import Parcel

# Answered on arrival by what never changes: such a scan is stored and has no effect.
WITHOUT_EFFECT = frozenset({"WRONG_HOUSEHOLD", "PROOF_MISSING", "EXPIRED", "RECALLED", "WRONG_LOT"})
# Never reached the parcel at all.
NOT_FOLDED = frozenset({"REVOKED_LABEL", "UNKNOWN_CODE", "FOREIGN_CODE", "BAD_CHECK", "MALFORMED"})
ENDS = {"HAND_OVER": EntryKind.HAND_OVER, "LOSE": EntryKind.LOSE, "DAMAGE": EntryKind.DAMAGE}


@dataclass
class KnownParcel:
    """A parcel as it was known."""

    parcel: Parcel
    code: str
    conclusion: Conclusion
    facts: Sequence[ScanFact]
    events: Mapping[str, ScanEvent]
    # Entries that stood, oldest first.
    entries: Sequence[JournalEntry] = field(default_factory=list)
    # A hand-over came after it had been cancelled or taken apart, and nobody had settled that.
    is_contradicted: bool = False

    @property
    def packed_at(self) -> dt.datetime | None:
        """When it was packed."""
        return self._moment("PACK") if self.conclusion.pack else None

    @property
    def dispatched_at(self) -> dt.datetime | None:
        """When it left the warehouse, for the last time."""
        return self._moment("DISPATCH")

    @property
    def delivered_at(self) -> dt.datetime | None:
        """When it was handed over, by the scan that stands."""
        if self.conclusion.end != "HAND_OVER":
            return None
        return _time(next(fact for fact in self.facts if fact.scan_id == self.conclusion.end_scan).at_ms)

    @property
    def entry(self) -> JournalEntry | None:
        """The last entry that stood."""
        return self.entries[-1] if self.entries else None

    @property
    def unposted(self) -> str:
        """Say why the books had not taken what the scans conclude; nothing where they had."""
        told, kinds = self.conclusion, {entry.kind for entry in self.entries}
        if self.is_contradicted:
            return "parcel_cancelled"
        if not told.pack and not told.end:
            return ""
        if told.pack is None:
            return "pack_missing"
        if told.end == "HAND_OVER" and not told.household and not self.parcel.household_id:
            return "household_unknown"
        is_taken = EntryKind.PACK in kinds and (told.end is None or ENDS[told.end] in kinds)
        return "" if is_taken else "refused_by_the_books"

    def _moment(self, step: str) -> dt.datetime | None:
        found = [fact.at_ms for fact in self.facts if fact.step == step and fact.refused is None]
        return _time(max(found)) if found else None


def known_parcels(parcels: Sequence[Parcel], scope: LedgerScope) -> list[KnownParcel]:
    """Say what was known of each parcel, in a constant number of statements."""
    events: dict[uuid.UUID, list[ScanEvent]] = {parcel.id: [] for parcel in parcels}
    for event in scans_known(scope).filter(parcel__in=parcels).order_by("received_at", "sequence", "id"):
        events[event.parcel_id].append(event)  # type: ignore[index]  # -- the scans of these parcels have one
    settled: dict[uuid.UUID, list[Settled]] = {parcel.id: [] for parcel in parcels}
    for row in Settlement.objects.filter(parcel__in=parcels):
        if scope.counts(row.settled_at):
            settled[row.parcel_id].append(settled_by(row))
    entries, codes = _entries(parcels, scope), codes_known([parcel.id for parcel in parcels], scope.known_at)
    return [
        _known(parcel, events[parcel.id], settled[parcel.id], entries.get(parcel.id, []), codes[parcel.id], scope)
        for parcel in parcels
    ]


def scans_known(scope: LedgerScope) -> "QuerySet[ScanEvent]":
    """Return the scans that the scope's day and moment count."""
    rows = ScanEvent.objects.exclude(outcome__in=NOT_FOLDED)
    if scope.known_at is not None:
        rows = rows.filter(received_at__lte=scope.known_at)
    if scope.as_of is not None:
        rows = rows.filter(_in_time(scope.as_of), scanned_at__date__lte=scope.as_of)
    return rows


def standing(scope: LedgerScope) -> "QuerySet[JournalEntry]":
    """Return the entries that were known and no reversal of which was."""
    known = JournalEntry.objects.filter(scope.known())
    return known.filter(~Exists(known.filter(reverses=OuterRef("pk"))), reverses=None)


def _in_time(day: dt.date) -> Q:
    """Leave out scans that came when the books of their day had closed: they count from a later day."""
    closings = Period.objects.filter(state=PeriodState.CLOSED, ends_on__gte=day)
    in_time = Q()
    for organisation_id, closed_at in closings.values_list("organisation_id").annotate(first=Min("closed_at")):
        in_time &= ~Q(organisation_id=organisation_id, received_at__gte=closed_at)
    return in_time


def _entries(parcels: Sequence[Parcel], scope: LedgerScope) -> dict[uuid.UUID, list[JournalEntry]]:
    """Find the entries that stood over each parcel's goods: what reserved, packed or ended them."""
    owners = {parcel.reserved_account_id: parcel.id for parcel in parcels}
    owners |= {parcel.parcel_account_id: parcel.id for parcel in parcels}
    found: dict[uuid.UUID, dict[uuid.UUID, JournalEntry]] = {}
    for side in ("credit", "debit"):
        rows = Transfer.objects.filter(**{f"{side}_id__in": list(owners)}, entry__in=standing(scope))
        for row in rows.select_related("entry"):
            found.setdefault(owners[getattr(row, f"{side}_id")], {})[row.entry_id] = row.entry
    return {
        parcel_id: sorted(entries.values(), key=lambda entry: (entry.posted_at, entry.id))
        for parcel_id, entries in found.items()
    }


def _known(
    parcel: Parcel,
    events: Sequence[ScanEvent],
    settled: Sequence[Settled],
    entries: Sequence[JournalEntry],
    code: str,
    scope: LedgerScope,
) -> KnownParcel:
    facts = [fact_of(event, parcel) for event in events]
    cancelled_at = parcel.cancelled_at if parcel.cancelled_at and scope.counts(parcel.cancelled_at) else None
    cancelled_at_ms = int(cancelled_at.timestamp() * 1000) if cancelled_at else None
    household = str(parcel.household_id) if parcel.household_id else None
    conclusion = conclude(facts, household=household, cancelled_at_ms=cancelled_at_ms, settled=settled)
    answered = {str(event.id): event.outcome for event in events}
    is_contradicted = conclusion.state == "CANCELLED" and bool(hand_overs_after_cancelling(facts, answered, settled))
    by_id = {str(event.id): event for event in events}
    return KnownParcel(parcel, code, conclusion, facts, by_id, entries, is_contradicted)


def fact_of(event: ScanEvent, parcel: Parcel) -> ScanFact:
    """Say a stored scan as the fold takes it."""
    household = event.household_id or parcel.household_id
    corrected = event.scanned_at - dt.timedelta(milliseconds=event.skew_ms)
    return ScanFact(
        scan_id=str(event.id),
        step=event.step,
        at_ms=int(corrected.timestamp() * 1000),
        device=str(event.device_id),
        sequence=event.sequence,
        household=str(household) if household and event.step == "HAND_OVER" else None,
        reason=event.reason or None,
        undoes=str(event.undoes_id) if event.undoes_id else None,
        refused=event.outcome if event.outcome in WITHOUT_EFFECT else None,
    )


def _time(at_ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC)
