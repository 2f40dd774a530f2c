"""For how long scans' notes are kept, and families for whom nothing has happened."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from logistics.deliveries.erasing import FINISHED as PARCELS_FINISHED
from logistics.deliveries.models import ScanEvent
from logistics.grants.erasing import FINISHED as GRANTS_FINISHED
from logistics.grants.models import Grant
from logistics.households.erasing import copies_of
from logistics.households.erasure import erase_person
from logistics.households.models import Household, ScanDetail
from logistics.journal.history import Revision
from logistics.lists.models import Application, Objection
from logistics.needs.models import HomeVisit, Need
from logistics.parcels.models import Parcel
from logistics.press.household_import_models import HouseholdImport, HouseholdImportRow
from logistics.press.imports.forgetting import count_of_old_files, forget_one_file
from logistics.press.models import JobState
from logistics.replies.models import Grievance
from logistics.sponsorships.models import Letter, Sponsorship, SponsorshipStep
from logistics.storage.erasures import ErasureCause, ErasureTooEarly
from logistics.storage.retaining import ROWS_PER_CHUNK, Rule, declare_rules
from logistics.storage.transactions import action
from logistics.volunteering.companion_models import Companionship, CompanionVisit
from logistics.volunteering.errand_models import Errand
from logistics.volunteering.wish_models import MicroWish


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
    """Families for whom nothing has happened since a moment, and for whom no parcel or grant is under way."""
    parcels, grants = Parcel.objects.filter(household=OuterRef("pk")), Grant.objects.filter(household=OuterRef("pk"))
    changes = Revision.objects.filter(kind="HOUSEHOLD", subject_id=OuterRef("pk"), noted_at__gte=before)
    rows = Household.objects.filter(erased_at__isnull=True, recorded_at__lt=before)
    alive = (
        changes,
        parcels.filter(state_since__gte=before),
        parcels.exclude(state__in=PARCELS_FINISHED),
        grants.filter(planned_at__gte=before),
        grants.exclude(state__in=GRANTS_FINISHED),
        *_care(before),
    )
    for what in alive:
        rows = rows.filter(~Exists(what))
    return rows.order_by("recorded_at", "id")


def _care(before: dt.datetime) -> "Iterator[QuerySet[Any]]":
    """Yield what was asked, done or ended for a family since a moment.

    What stands open spares a family no longer than its last step does: a wish that nobody has touched for the whole
    period is given up, not kept, and the erasure withdraws it.
    """
    own, of_members = {"household": OuterRef("pk")}, {"member__household": OuterRef("pk")}
    day = before.date()
    yield HomeVisit.objects.filter(**own, received_at__gte=before)
    yield Need.objects.filter(Q(state_since__gte=before) | Q(confirmed_at__gte=before), **own)
    yield Application.objects.filter(**own, state_since__gte=before)
    asked, ended = Q(asked_at__gte=before), Q(ended_at__gte=before)
    yield MicroWish.objects.filter(
        asked | ended | Q(released_at__gte=before) | Q(claims__due_on__gte=day), **of_members
    )
    yield Errand.objects.filter(asked | Q(due_on__gte=day) | Q(confirmed_at__gte=before), **own)
    yield Companionship.objects.filter(Q(assigned_at__gte=before) | ended, **of_members)
    visited = {f"companionship__{name}": value for name, value in of_members.items()}
    yield CompanionVisit.objects.filter(**visited, recorded_at__gte=before)
    yield Sponsorship.objects.filter(**of_members, started_at__gte=before)
    sponsored = {f"sponsorship__{name}": value for name, value in of_members.items()}
    yield SponsorshipStep.objects.filter(**sponsored, noted_at__gte=before)
    yield Letter.objects.filter(**sponsored, recorded_at__gte=before)


def take_families(before: dt.datetime, now: dt.datetime) -> int:
    """Erase families for whom nothing has happened since a moment, each in a transaction of its own.

    One for whom something is open yet in another room stays, and those behind it are not kept by it.
    """
    gone = 0
    for key in list(_families(before).values_list("id", flat=True)):
        gone += _is_taken(key, before, now)
        if gone == ROWS_PER_CHUNK:
            break
    return gone


def _is_taken(household_id: uuid.UUID, before: dt.datetime, now: dt.datetime) -> bool:
    row = Household.objects.get(id=household_id)
    living = [copy.id for copy, _ in copies_of(row) if copy.erased_at is None]
    if _families(before).filter(id__in=living).count() < len(living):
        # What happened lately to the family it was merged with happened to this one.
        return False
    try:
        erase_person(actor=None, household=row, cause=ErasureCause.RETENTION, now=now)
    except ErasureTooEarly:
        return False
    return True


def _objections(before: dt.datetime) -> "QuerySet[Objection]":
    return Objection.objects.filter(raised_at__lt=before, source_index__isnull=False).order_by("id")


def _grievances(before: dt.datetime) -> "QuerySet[Grievance]":
    return Grievance.objects.filter(received_at__lt=before).exclude(source_index="").order_by("id")


@action
def take_senders(before: dt.datetime, now: dt.datetime) -> int:
    """Forget from where objections and grievances came: it only counts how many came from one place in a day."""
    objections = list(_objections(before).values_list("id", flat=True)[:ROWS_PER_CHUNK])
    grievances = list(_grievances(before).values_list("id", flat=True)[: ROWS_PER_CHUNK - len(objections)])
    Objection.objects.filter(id__in=objections).update(source_index=None)
    Grievance.objects.filter(id__in=grievances).update(source_index="")
    return len(objections) + len(grievances)


def _lists(before: dt.datetime) -> "QuerySet[HouseholdImport]":
    ended = (JobState.DONE, JobState.FAILED)
    rows = HouseholdImport.objects.filter(state__in=ended, finished_at__lt=before)
    return rows.filter(Exists(HouseholdImportRow.objects.filter(job=OuterRef("pk")))).order_by("id")


@action
def take_one_list(before: dt.datetime, now: dt.datetime) -> int:
    """Forget the rows of the oldest list of households, also of those that became no family: whom no erasure knows."""
    job = _lists(before).select_for_update(of=("self",)).first()
    if job is None:
        return 0
    HouseholdImportRow.objects.filter(job=job).delete()
    # What somebody called a file may name a family.
    HouseholdImport.objects.filter(id=job.id).update(name="")
    return 1


declare_rules(
    Rule(
        "household_rows",
        "导入的家庭名单的行",
        "Rows of imported lists of households",
        lambda before: _lists(before).count(),
        take_one_list,
        ("press_householdimportrow",),
    ),
    Rule(
        "senders",
        "投诉与异议从哪里发来（网络地址的散列）",
        "From which address objections and grievances came",
        lambda before: _objections(before).count() + _grievances(before).count(),
        take_senders,
    ),
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
    Rule(
        "gift_rows",
        "收款文件的行",
        "Rows of files of gifts",
        count_of_old_files,
        forget_one_file,
        ("press_importrow",),
    ),
)
