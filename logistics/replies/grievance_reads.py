"""Ask for grievances: those that somebody may see, one with its steps, one by its receipt number."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from logistics.journal.committed import texts_of
from logistics.kernel.refusals import Missing
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Person
from logistics.replies.grievances import ANSWERERS, receipt_index
from logistics.replies.models import Grievance, GrievanceStep, ReaderNaming, StepKind

OPEN = "OPEN"
# What no longer waits for an answer.
DONE = (StepKind.ANSWERED, StepKind.CLOSED)


class GrievanceMissing(Missing):
    code = "grievance_missing"
    zh = "没有找到这件反映事项。请核对查询号。"
    en = "There is no such grievance; check the receipt number."


@dataclass(frozen=True)
class StepView:
    """One step for a door. The text is empty where it was erased."""

    kind: str
    text: str
    author_id: uuid.UUID | None
    holder: Organisation
    noted_at: dt.datetime


@dataclass(frozen=True)
class GrievanceView:
    """A grievance for a door: its words, how to reach whoever complains, its steps, its state."""

    text: str
    contact: str
    steps: list[StepView]
    state: str
    holder: Organisation
    due_at: dt.datetime


def is_reader(person: Person) -> bool:
    """Tell whether somebody is named to read sensitive grievances."""
    last = ReaderNaming.objects.filter(person=person).order_by("-position").first()
    return last is not None and last.is_reader


def visible_grievances(actor: Actor) -> "QuerySet[Grievance]":
    """Return what somebody may see: never what is of themself, and sensitive ones only where they were named.

    Each with `last_kind` and `due_now`, open ones first, the earliest due first.
    """
    person = actor.person
    if person is None or not person.has_role(*ANSWERERS):
        return Grievance.objects.none()
    rows = Grievance.objects.filter(organisation__in=organisation_ids_below(actor.organisation))
    rows = rows.exclude(about=person)
    return _with_state(rows if is_reader(person) else rows.filter(is_sensitive=False))


def grievances_late(actor: Actor, now: dt.datetime) -> "QuerySet[Grievance]":
    """Return the grievances that should have been answered by now, of those that somebody may see."""
    return visible_grievances(actor).filter(Q(is_done=False), Q(due_now__lt=now))


def count_of_unread_sensitive(organisation: Organisation) -> int:
    """Count the sensitive grievances that wait, for who is not named to read them: that there are any is no secret."""
    rows = Grievance.objects.filter(organisation__in=organisation_ids_below(organisation), is_sensitive=True)
    return _with_state(rows).filter(Q(is_done=False)).count()


def get_grievance(*, grievance_id: uuid.UUID, actor: Actor) -> Grievance:
    """Return the grievance with this id. Refuses GrievanceMissing, also for one that the caller may not see."""
    found = visible_grievances(actor).filter(id=grievance_id).first()
    if found is None:
        raise GrievanceMissing
    return found


def grievance_by_receipt(receipt: str) -> Grievance:
    """Return the grievance with this receipt number. Refuses GrievanceMissing."""
    rows = Grievance.objects.select_related("organisation")
    found = rows.filter(receipt_index=receipt_index(receipt[:40])).first()
    if found is None:
        raise GrievanceMissing
    return found


def grievance_view_for(grievance: Grievance) -> GrievanceView:
    """Say a grievance for a door."""
    steps = list(GrievanceStep.objects.filter(grievance=grievance).select_related("holder").order_by("position"))
    texts = texts_of([grievance.id, *(row.id for row in steps)])
    own = texts.get(grievance.id, {})
    last = steps[-1] if steps else None
    return GrievanceView(
        text=own.get("text", ""),
        contact=own.get("contact", ""),
        steps=[
            StepView(row.kind, texts.get(row.id, {}).get("text", ""), row.author_id, row.holder, row.noted_at)
            for row in steps
        ],
        state=last.kind if last else OPEN,
        holder=last.holder if last else grievance.organisation,
        due_at=last.due_at if last else grievance.due_at,
    )


def people_named(organisation: Organisation) -> list[tuple[Person, bool]]:
    """List who answers grievances in an organisation and below it, each with whether they read sensitive ones."""
    people = Person.objects.filter(organisation__in=organisation_ids_below(organisation), is_active=True)
    chosen = [person for person in people.order_by("username") if person.has_role(*ANSWERERS)]
    return [(person, is_reader(person)) for person in chosen]


def _with_state(rows: "QuerySet[Grievance]") -> "QuerySet[Grievance]":
    last = GrievanceStep.objects.filter(grievance=OuterRef("pk")).order_by("-position")
    rows = rows.annotate(
        last_kind=Subquery(last.values("kind")[:1]),
        due_now=Coalesce(Subquery(last.values("due_at")[:1]), F("due_at")),
    )
    rows = rows.annotate(is_done=Q(last_kind__isnull=False) & Q(last_kind__in=DONE))
    return rows.select_related("organisation", "parcel__code").order_by("is_done", "due_now", "id")
