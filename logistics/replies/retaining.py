"""For how long grievances keep what was said, how to reach who said it, and what was answered."""

import datetime as dt
import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from logistics.journal.committed import erase_texts
from logistics.journal.history import CommittedText
from logistics.replies.grievance_models import Grievance, GrievanceStep, StepKind
from logistics.storage.retaining import ROWS_PER_CHUNK, Rule, declare_rules
from logistics.storage.transactions import action

_OVER = (StepKind.ANSWERED, StepKind.CLOSED)


def answered_grievances(before: dt.datetime | None = None) -> "QuerySet[Grievance]":
    """Return grievances whose last step answered or closed them, before a moment where one is named."""
    last = GrievanceStep.objects.filter(grievance=OuterRef("pk")).order_by("-position")
    rows = Grievance.objects.annotate(
        last_kind=Subquery(last.values("kind")[:1]), last_at=Subquery(last.values("noted_at")[:1])
    )
    rows = rows.filter(last_kind__in=_OVER)
    return rows.filter(last_at__lt=before) if before else rows


def _grievances(before: dt.datetime) -> "QuerySet[Grievance]":
    """Return those that were answered or closed before a moment and still say something.

    One without an answer is late, and stays until somebody answers: nobody waits a complaint away.
    """
    kept = Exists(CommittedText.objects.filter(owner_id=OuterRef("id")))
    says = Q(kept) | Q(Exists(GrievanceStep.objects.filter(kept, grievance=OuterRef("pk"))))
    return answered_grievances(before).filter(says).order_by("id")


def _owners(rows: list[Grievance]) -> list[uuid.UUID]:
    steps = GrievanceStep.objects.filter(grievance__in=rows).values_list("id", flat=True)
    return [*(row.id for row in rows), *steps]


@action
def take_grievances(before: dt.datetime, now: dt.datetime) -> int:
    """Destroy the words of grievances that were over before a moment; what was done and when stands."""
    rows = list(_grievances(before)[:ROWS_PER_CHUNK])
    erase_texts(owner_ids=_owners(rows))
    return len(rows)


declare_rules(
    Rule(
        "grievances",
        "已答复的投诉与反映：文字与联系方式",
        "Words of grievances that were answered",
        lambda before: _grievances(before).count(),
        take_grievances,
        ("replies_grievance", "replies_grievancestep"),
    )
)
