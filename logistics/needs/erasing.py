"""What visits and needs keep of a person: what was written, and photos."""

import datetime as dt
import uuid

from django.db.models import Q, QuerySet

from logistics.households.proof_models import KeptProof
from logistics.households.proofs import erase_bytes, refuse_bytes
from logistics.journal.committed import erase_texts, texts_of
from logistics.needs.actions import withdraw_all
from logistics.needs.models import HomeVisit, Need, NeedHolder, NeedStep, VisitPhoto
from logistics.storage.erasing import Holding, Said, Subject, declare_holdings


def _needs(subject: Subject) -> "QuerySet[Need]":
    whose = Q(member_id__in=subject.member_ids)
    whose |= Q(household_id=subject.household_id) if subject.is_whole else Q(pk__in=[])
    return Need.objects.filter(whose)


def _owners(subject: Subject) -> list[uuid.UUID]:
    """List whatever may have a text: steps, holders, and with the whole family its visits."""
    needs = list(_needs(subject).values_list("id", flat=True))
    steps = Q(need_id__in=needs) | (Q(household_id=subject.household_id) if subject.is_whole else Q(pk__in=[]))
    visits = HomeVisit.objects.filter(household_id=subject.household_id) if subject.is_whole else []
    return [
        *NeedStep.objects.filter(steps).order_by("id").values_list("id", flat=True),
        *NeedHolder.objects.filter(need_id__in=needs).order_by("id").values_list("id", flat=True),
        *(visit.id for visit in visits),
    ]


def _say_texts(subject: Subject) -> list[Said]:
    return [{str(name): text for name, text in texts.items()} for texts in texts_of(_owners(subject)).values()]


def _erase_texts(subject: Subject, now: dt.datetime) -> int:
    """Withdraw what stands open, so that no list shows a need that nobody may act upon, and destroy the texts."""
    withdraw_all(_needs(subject), now=now)
    return erase_texts(owner_ids=_owners(subject))


def _photos(subject: Subject) -> list[KeptProof]:
    if not subject.is_whole:
        return []
    found: list[KeptProof] = []
    for row in VisitPhoto.objects.filter(visit__household_id=subject.household_id).order_by("id"):
        found += KeptProof.objects.filter(organisation_id=row.keeper_id, sha256=row.sha256, erased_at__isnull=True)
    return found


def _say_photos(subject: Subject) -> list[Said]:
    return [{"sha256": row.sha256, "received_at": row.received_at.isoformat()} for row in _photos(subject)]


def _erase_photos(subject: Subject, now: dt.datetime) -> int:
    if subject.is_whole:
        late = VisitPhoto.objects.filter(visit__household_id=subject.household_id, arrived_at__isnull=True)
        refuse_bytes(late.values_list("keeper_id", "sha256"), now=now)
    return erase_bytes(proofs=_photos(subject), now=now)


declare_holdings(
    Holding(
        "needs.texts",
        "走访与需求记录中的文字",
        "What was written at visits and of needs",
        ("journal_committedtext", "needs_visit", "needs_step", "needs_holder"),
        _say_texts,
        _erase_texts,
    ),
    Holding("needs.photos", "走访照片", "Photos of visits", ("needs_visitphoto",), _say_photos, _erase_photos),
)
