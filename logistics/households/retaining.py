"""For how long the vault keeps what scans say, proofs, photos and hardships that are over."""

import datetime as dt

from django.db.models import QuerySet

from logistics.households.family_models import Hardship, HouseholdPhoto
from logistics.households.models import Household
from logistics.households.proof_models import KeptProof
from logistics.households.proofs import erase_bytes
from logistics.journal.revisions import erase_revision_texts, note_changed
from logistics.storage.locked_files import throw_away
from logistics.storage.retaining import ROWS_PER_CHUNK, Rule, declare_rules
from logistics.storage.transactions import action


def _proofs(before: dt.datetime) -> "QuerySet[KeptProof]":
    return KeptProof.objects.filter(erased_at__isnull=True, received_at__lt=before).order_by("received_at", "id")


@action
def take_proofs(before: dt.datetime, now: dt.datetime) -> int:
    """Destroy the keys and files of the oldest proofs from before a moment; hashes and scans stand."""
    return erase_bytes(proofs=list(_proofs(before)[:ROWS_PER_CHUNK]), now=now)


def _photos(before: dt.datetime) -> "QuerySet[HouseholdPhoto]":
    return HouseholdPhoto.objects.filter(erased_at__isnull=True, kept_at__lt=before).order_by("kept_at", "id")


@action
def take_photos(before: dt.datetime, now: dt.datetime) -> int:
    """Destroy the keys, notes and files of the oldest photos from before a moment."""
    rows = list(_photos(before)[:ROWS_PER_CHUNK])
    HouseholdPhoto.objects.filter(id__in=[row.id for row in rows]).update(file_key="", note="", erased_at=now)
    for row in rows:
        throw_away(row.path)
    return len(rows)


def _hardships(before: dt.datetime) -> "QuerySet[Hardship]":
    return Hardship.objects.filter(until_on__lt=before.date()).order_by("until_on", "id")


@action
def take_hardships(before: dt.datetime, now: dt.datetime) -> int:
    """Forget hardships that were over before a moment, and the words of the histories of their families."""
    rows = list(_hardships(before).select_related("household")[:ROWS_PER_CHUNK])
    families: dict[object, Household] = {row.household_id: row.household for row in rows}
    Hardship.objects.filter(id__in=[row.id for row in rows]).delete()
    for family in families.values():
        erase_revision_texts(row=family)
        note_changed(family, before={}, after={"retention": "hardships"})
    return len(rows)


declare_rules(
    Rule("proofs", "签收凭证", "Proofs of delivery", lambda before: _proofs(before).count(), take_proofs),
    Rule("photos", "家庭照片", "Photos of families", lambda before: _photos(before).count(), take_photos),
    Rule(
        "hardships",
        "已结束的困难情况",
        "Hardships that are over",
        lambda before: _hardships(before).count(),
        take_hardships,
    ),
)
