"""Erase what is kept of a family, here and in the rooms below: scans, proofs, boxes cut out of signed sheets."""

import base64
import datetime as dt
import hashlib

from django.db.models import Q, QuerySet

from logistics.deliveries.proofs import erase_scans_of
from logistics.households.models import Household
from logistics.households.proof_models import KeptProof
from logistics.households.proofs import erase_bytes
from logistics.parties.actors import Actor
from logistics.press import erasing_notes
from logistics.press.household_import_models import HouseholdImportRow
from logistics.press.returned_models import ReturnedRow
from logistics.storage.erasing import Holding, Said, Subject, declare_holdings
from logistics.storage.transactions import action

__all__ = ["erasing_notes"]


@action
def erase_kept_of(*, actor: Actor, household: Household, reason: str, now: dt.datetime) -> int:
    """Erase what scans and signed sheets keep of a family. Return how many went. Refuses ReasonMissing.

    A box that nobody has decided on, or whose hand-over came another way, lies with its sheet and in no vault; it goes
    too, and where somebody is recording it at this moment, so does the proof that is being made of it.
    """
    boxes = _erase_boxes(ReturnedRow.objects.filter(row__parcel__household=household), now)
    return erase_scans_of(actor=actor, household=household, reason=reason, now=now, erased_above=boxes)


def _erase_boxes(chosen: "QuerySet[ReturnedRow]", now: dt.datetime) -> int:
    ids = list(chosen.values_list("id", flat=True))
    rows = ReturnedRow.objects.select_for_update().filter(id__in=ids).order_by("id")
    boxes = {row_id: picture for row_id, picture in rows.values_list("id", "picture") if picture}
    hashes = {hashlib.sha256(base64.b64decode(picture)).hexdigest() for picture in boxes.values()}
    ReturnedRow.objects.filter(id__in=list(boxes)).update(picture="")
    return len(boxes) + erase_bytes(proofs=KeptProof.objects.filter(sha256__in=hashes), now=now)


def _rows(subject: Subject) -> "QuerySet[ReturnedRow]":
    whose = Q(row__parcel__beneficiary_id__in=subject.member_ids)
    whose |= Q(row__parcel__household_id=subject.household_id) if subject.is_whole else Q(pk__in=[])
    return ReturnedRow.objects.filter(whose).order_by("id")


def _say(subject: Subject) -> list[Said]:
    return [{"verdict": row.verdict, "decision": row.decision} for row in _rows(subject)]


def _import_rows(subject: Subject) -> "QuerySet[HouseholdImportRow]":
    """Rows of lists from which the family came; each names all of it, so that they go with the first member."""
    return HouseholdImportRow.objects.filter(household_id=subject.household_id).order_by("id")


def _say_import_rows(subject: Subject) -> list[Said]:
    return [{"job": str(row.job_id), "row": row.number} for row in _import_rows(subject)]


def _erase_import_rows(subject: Subject, now: dt.datetime) -> int:
    return int(_import_rows(subject).delete()[0])


declare_holdings(
    Holding(
        "press.household_rows",
        "导入名单的行",
        "Rows of imported lists",
        ("press_householdimportrow",),
        _say_import_rows,
        _erase_import_rows,
    ),
    Holding(
        "press.boxes",
        "签收表签名框",
        "Boxes of signed sheets",
        ("press_returnedrow",),
        _say,
        lambda subject, now: _erase_boxes(_rows(subject), now),
    ),
)
