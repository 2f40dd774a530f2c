"""For how long scans' notes are kept, and families for whom nothing has happened."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from logistics.deliveries.erasing import FINISHED as PARCELS_FINISHED
from logistics.deliveries.models import ScanEvent
from logistics.grants.erasing import FINISHED as GRANTS_FINISHED
from logistics.grants.models import Grant
from logistics.households.erasure import erase_person
from logistics.households.models import ErasureCause, Household, ScanDetail
from logistics.journal.history import Revision
from logistics.lists.models import Application
from logistics.needs.models import HomeVisit
from logistics.parcels.models import Parcel
from logistics.press.imports.forgetting import count_of_old_files, forget_one_file
from logistics.storage.retaining import ROWS_PER_CHUNK, Rule, declare_rules
from logistics.storage.transactions import action


def _details(before: dt.datetime) -> "QuerySet[ScanDetail]":
    old = ScanEvent.objects.filter(id=OuterRef("scan_id"), received_at__lt=before)
    return ScanDetail.objects.filter(Exists(old)).order_by("id")


@action
def take_details(before: dt.datetime, now: dt.datetime) -> int:
    """Forget what the oldest scans say of persons; their commitments say nothing any more."""
    ids = list(_details(before).values_list("id", flat=True)[:ROWS_PER_CHUNK])
    ScanDetail.objects.filter(id__in=ids).delete()
    return len(ids)


def _families(before: dt.datetime) -> "QuerySet[Household]":
    """Families for whom nothing has happened since a moment: no parcel, grant, visit, application, change.

    Nothing of theirs is open either.
    """
    parcels, grants = Parcel.objects.filter(household=OuterRef("pk")), Grant.objects.filter(household=OuterRef("pk"))
    changes = Revision.objects.filter(kind="HOUSEHOLD", subject_id=OuterRef("pk"), noted_at__gte=before)
    rows = Household.objects.filter(erased_at__isnull=True, recorded_at__lt=before)
    alive = (
        changes,
        parcels.filter(state_since__gte=before),
        parcels.exclude(state__in=PARCELS_FINISHED),
        grants.filter(planned_at__gte=before),
        grants.exclude(state__in=GRANTS_FINISHED),
        HomeVisit.objects.filter(household=OuterRef("pk"), received_at__gte=before),
        Application.objects.filter(household=OuterRef("pk"), state_since__gte=before),
    )
    for what in alive:
        rows = rows.filter(~Exists(what))
    return rows.order_by("recorded_at", "id")


def take_families(before: dt.datetime, now: dt.datetime) -> int:
    """Erase families for whom nothing has happened since a moment, each in a transaction of its own."""
    rows = list(_families(before)[:ROWS_PER_CHUNK])
    for row in rows:
        erase_person(actor=None, household=row, cause=ErasureCause.RETENTION, now=now)
    return len(rows)


declare_rules(
    Rule(
        "scan_details",
        "扫码附记（位置、代领人、备注）",
        "What scans say of persons",
        lambda before: _details(before).count(),
        take_details,
    ),
    Rule(
        "families",
        "久无往来的家庭",
        "Families without any event",
        lambda before: _families(before).count(),
        take_families,
    ),
    Rule("gift_rows", "收款文件的行", "Rows of files of gifts", count_of_old_files, forget_one_file),
)
