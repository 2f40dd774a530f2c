"""Ask for verification visits: which to make, which are late, what differs, how many of all were verified."""

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Count, Model, QuerySet

from logistics.grants.access import visible_grants
from logistics.grants.models import GrantState
from logistics.journal.committed import texts_of
from logistics.kernel.refusals import Missing
from logistics.parcels.access import visible_parcels
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation, Programme
from logistics.replies.models import VerificationVisit, VisitDraw, VisitResult

PER_MILLE = 1_000
M = TypeVar("M", bound=Model)


class VisitMissing(Missing):
    code = "visit_missing"
    zh = "没有找到这次回访。"
    en = "There is no such visit."


class DrawMissing(Missing):
    code = "visit_draw_missing"
    zh = "没有找到这次抽签。"
    en = "There is no such draw."


@dataclass(frozen=True)
class VerifiedShare:
    """How much of what a programme handed over and paid was verified at the family, in thousandths."""

    programme: Programme
    delivered: int
    asked: int
    made: int
    differing: int

    @property
    def per_mille(self) -> int:
        """Say the share of what was delivered that a visit has looked at."""
        return self.made * PER_MILLE // self.delivered if self.delivered else 0


def visible_visits(organisation: Organisation) -> "QuerySet[VerificationVisit]":
    """Return the visits to families of an organisation and of those below it, newest first."""
    rows = VerificationVisit.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("programme", "household", "parcel__code", "grant", "result").order_by("-id")


def visits_to_make(organisation: Organisation) -> "QuerySet[VerificationVisit]":
    """Return the visits that nobody has made yet, those due first at the top; none to who was erased."""
    rows = visible_visits(organisation).filter(result__isnull=True, household__erased_at=None)
    return rows.order_by("due_on", "household__township", "id")


def visits_late(organisation: Organisation, today: dt.date) -> "QuerySet[VerificationVisit]":
    """Return the visits that should have been made before today, the longest overdue first."""
    return visits_to_make(organisation).filter(due_on__lt=today)


def differences_open(organisation: Organisation) -> "QuerySet[VerificationVisit]":
    """Return the visits that found something else than the books say, until somebody settles it; oldest first."""
    rows = visible_visits(organisation).filter(result__differs=True, result__settled__isnull=True)
    return rows.order_by("result__recorded_at", "id")


def get_visit(*, visit_id: uuid.UUID, organisation: Organisation) -> VerificationVisit:
    """Return the visit with this id. Refuses VisitMissing, also for another organisation's."""
    found = visible_visits(organisation).select_related("grant__entry", "drawing").filter(id=visit_id).first()
    if found is None:
        raise VisitMissing
    return found


def get_draw(*, draw_id: uuid.UUID, organisation: Organisation) -> VisitDraw:
    """Return the draw with this id. Refuses DrawMissing, also for another organisation's."""
    rows = VisitDraw.objects.filter(organisation__in=organisation_ids_below(organisation))
    found = rows.select_related("programme", "organisation").filter(id=draw_id).first()
    if found is None:
        raise DrawMissing
    return found


def texts_of_visit(visit: VerificationVisit) -> dict[str, str]:
    """Return what was said around a visit: `why`, `note`, `text` of how a difference was settled."""
    result: VisitResult | None = getattr(visit, "result", None)
    settled = getattr(result, "settled", None) if result else None
    kept = texts_of([row.id for row in (visit, result, settled) if row is not None])
    return {field: text for texts in kept.values() for field, text in texts.items()}


def verified_shares(organisation: Organisation) -> list[VerifiedShare]:
    """Say for each programme how much of what it handed over and paid was verified."""
    parcels = visible_parcels(organisation).filter(state="DELIVERED", household__isnull=False)
    paid = visible_grants(organisation).filter(state=GrantState.PAID)
    visits = visible_visits(organisation)
    delivered = _counted(parcels, "programme") + _counted(paid, "fund__programme")
    asked = _counted(visits, "programme")
    made = _counted(visits.filter(result__isnull=False), "programme")
    differing = _counted(visits.filter(result__differs=True), "programme")
    programmes = Programme.objects.filter(id__in=delivered.keys() | asked.keys()).order_by("code")
    return [VerifiedShare(row, delivered[row.id], asked[row.id], made[row.id], differing[row.id]) for row in programmes]


def _counted(rows: "QuerySet[M]", by: str) -> "Counter[uuid.UUID]":
    return Counter(dict(rows.order_by().values_list(by).annotate(count=Count("id"))))
