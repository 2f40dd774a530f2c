"""Ask for applications, lists and their places, each place with why it stands before the next."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from logistics.households.hardships import hardship_kinds
from logistics.journal.committed import texts_of
from logistics.kernel.ranking import PARTS, Candidate, Names, Place, reason_before
from logistics.kernel.refusals import Missing
from logistics.lists.access import visible_applications, visible_lists
from logistics.lists.drafts import Draft
from logistics.lists.marks import HELD_UP_REASONS
from logistics.lists.models import Allocation, Application, ApplicationStep, DistributionList, HeldUpEntry, ListEntry
from logistics.lists.offers import Offer
from logistics.lists.place_texts import comparable, place_read
from logistics.lists.reasons import UNSERVED_REASONS
from logistics.parties.models import Organisation

HARDSHIP = ("困难情况", "hardship")


class ApplicationMissing(Missing):
    code = "application_missing"
    zh = "没有找到这份申报。"
    en = "There is no such application."


class ListMissing(Missing):
    code = "list_missing"
    zh = "没有找到这份名单。"
    en = "There is no such list."


@dataclass(frozen=True)
class PlaceView:
    """One place of a list for a door. `before` says in Chinese and English why it stands before the next one."""

    number: int
    reference: str
    points: int
    before: tuple[str, str]
    offer: int | None
    unserved: tuple[str, str]
    held_up: tuple[str, str] = ("", "")
    allocated: str = ""


@dataclass(frozen=True)
class StepView:
    """What happened to an application, with what was said where it is still kept."""

    kind: str
    reason: str
    text: str
    author_id: uuid.UUID | None
    taken_at: dt.datetime


@dataclass(frozen=True)
class Progress:
    """How far a frozen list has come, in places."""

    places: int
    to_serve: int
    allocated: int
    held_up: int

    @property
    def waiting(self) -> int:
        """Count what waits to be allocated and is not held up."""
        return max(0, self.to_serve - self.allocated - self.held_up)


def get_application(*, application_id: uuid.UUID, organisation: Organisation) -> Application:
    """Return an application. Refuses ApplicationMissing, also for another organisation's."""
    found = visible_applications(organisation).filter(id=application_id).first()
    if found is None:
        raise ApplicationMissing
    return found


def get_list(*, list_id: uuid.UUID, organisation: Organisation) -> DistributionList:
    """Return a list. Refuses ListMissing, also for another organisation's."""
    found = visible_lists(organisation).filter(id=list_id).first()
    if found is None:
        raise ListMissing
    return found


def steps_of(application: Application) -> list[StepView]:
    """List what happened to an application, oldest first."""
    rows = list(ApplicationStep.objects.filter(application=application).order_by("id"))
    texts = texts_of([row.id for row in rows])
    return [
        StepView(row.kind, row.reason, texts.get(row.id, {}).get("text", ""), row.author_id, row.taken_at)
        for row in rows
    ]


def part_names(*, shows_hardships: bool, codes: Sequence[str] = ()) -> Names:
    """Return what the parts of a score are called; whoever may not see hardships reads only that there is one."""
    kinds = {kind.code: (kind.name_zh, kind.name_en) for kind in hardship_kinds()}
    named = kinds if shows_hardships else dict.fromkeys([*kinds, *codes], HARDSHIP)
    return {**named, **PARTS}


def places_of_draft(found: Draft, names: Names, *, start: int, count: int) -> list[PlaceView]:
    """Say some places of a draft, from the first at 0."""
    shown = found.places[start : start + count + 1]
    return [
        PlaceView(
            number=place.number,
            reference=place.candidate.reference,
            points=place.points,
            before=_before(shown, index, names),
            offer=found.given.get(place.candidate.reference),
            unserved=UNSERVED_REASONS.get(found.unserved.get(place.candidate.reference, ""), ("", "")),
        )
        for index, place in enumerate(shown[:count])
    ]


def places_of_list(row: DistributionList, names: Names, *, start: int, count: int) -> list[PlaceView]:
    """Say some places of a frozen list, from the first at 0, with what became of each."""
    entries = list(ListEntry.objects.filter(list=row).order_by("place")[start : start + count + 1])
    ids = [entry.id for entry in entries]
    places = _places(entries)
    held = dict(HeldUpEntry.objects.filter(entry__in=ids).values_list("entry", "reason"))
    standing = Allocation.objects.filter(entry__in=ids, released_at=None)
    allocated = dict(standing.values_list("entry", "kind"))
    return [
        PlaceView(
            number=entry.place,
            reference=entry.reference,
            points=entry.points,
            before=_before(places, index, names),
            offer=entry.offer,
            unserved=UNSERVED_REASONS.get(entry.unserved_reason, ("", "")),
            held_up=HELD_UP_REASONS.get(held.get(entry.id, ""), ("", "")),
            allocated=allocated.get(entry.id, ""),
        )
        for index, entry in enumerate(entries[:count])
    ]


def find_place(row: DistributionList, reference: str, draft: Draft | None = None) -> int | None:
    """Find the place at which a number stands, on a frozen list or on a draft; None where it does not."""
    if draft is None:
        return ListEntry.objects.filter(list=row, reference=reference).values_list("place", flat=True).first()
    return next((place.number for place in draft.places if place.candidate.reference == reference), None)


def progress_of(row: DistributionList) -> Progress:
    """Count how far a frozen list has come."""
    entries = ListEntry.objects.filter(list=row)
    counts = entries.aggregate(places=Count("id"), to_serve=Count("id", filter=Q(offer__isnull=False)))
    allocated = Allocation.objects.filter(list=row, released_at=None).count()
    held = HeldUpEntry.objects.filter(entry__list=row).count()
    return Progress(counts["places"], counts["to_serve"], allocated, held)


def held_up_counts(row: DistributionList) -> list[tuple[tuple[str, str], int]]:
    """Count the places of a frozen list that are held up, by why, the most first."""
    rows = HeldUpEntry.objects.filter(entry__list=row).order_by().values_list("reason")
    counted = rows.annotate(count=Count("id")).order_by("-count", "reason")
    return [(HELD_UP_REASONS.get(reason, (reason, reason)), count) for reason, count in counted]


def offer_text(offer: Offer) -> tuple[str, str]:
    """Say an offer in Chinese and English."""
    fund = offer.fund
    names = (fund.name_zh, fund.name_en or fund.name_zh)
    if offer.item is None:
        yuan = f"{(offer.amount_minor or 0) / 100:,.2f}"
        return f"{yuan} 元（{names[0]}）", f"¥{yuan} ({names[1]})"
    item = offer.item
    return f"{item.name_zh}（{names[0]}）", f"{item.name_en or item.name_zh} ({names[1]})"


def _before(places: Sequence[Place], index: int, names: Names) -> tuple[str, str]:
    if index + 1 >= len(places):
        return "", ""
    return reason_before(*comparable(places[index], places[index + 1]), names)


def _places(entries: Sequence[ListEntry]) -> list[Place]:
    """Make places of frozen rows; where the parts were erased, the points stand as one."""
    kept = texts_of([entry.id for entry in entries])
    return [
        place_read(
            entry.place,
            Candidate(entry.reference, entry.waiting_since),
            entry.points,
            kept.get(entry.id, {}).get("parts", ""),
        )
        for entry in entries
    ]
