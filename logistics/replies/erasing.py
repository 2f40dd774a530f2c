"""What replies and visits afterwards keep of a person: texts and pictures. What was released is no longer shown."""

import datetime as dt
import uuid

from django.db.models import Q, QuerySet

from logistics.households.proof_models import KeptProof
from logistics.households.proofs import erase_bytes
from logistics.journal.committed import erase_texts, texts_of
from logistics.replies.card_models import CoveredPicture, ReplyCard, ReplyDecision
from logistics.replies.visit_models import DifferenceSettled, VerificationVisit, VisitResult
from logistics.storage.erasing import Holding, Said, Subject, declare_holdings


def _cards(subject: Subject) -> "QuerySet[ReplyCard]":
    members = subject.member_ids
    whose = Q(parcel__beneficiary_id__in=members) | Q(grant__beneficiary_id__in=members)
    whose |= Q(household_id=subject.household_id) if subject.is_whole else Q(pk__in=[])
    return ReplyCard.objects.filter(whose)


def _owners(subject: Subject) -> list[uuid.UUID]:
    cards = list(_cards(subject).values_list("id", flat=True))
    visits = VerificationVisit.objects.filter(household_id=subject.household_id) if subject.is_whole else []
    visit_ids = [visit.id for visit in visits]
    results = list(VisitResult.objects.filter(visit_id__in=visit_ids).values_list("id", flat=True))
    settled = DifferenceSettled.objects.filter(result_id__in=results).values_list("id", flat=True)
    decisions = ReplyDecision.objects.filter(reply_id__in=cards).values_list("id", flat=True)
    return [*cards, *decisions, *visit_ids, *results, *settled]


def _say_texts(subject: Subject) -> list[Said]:
    return [{str(name): text for name, text in texts.items()} for texts in texts_of(_owners(subject)).values()]


def _pictures(subject: Subject) -> "QuerySet[KeptProof]":
    cards = _cards(subject)
    ids = [
        *cards.filter(picture__isnull=False).values_list("picture_id", flat=True),
        *CoveredPicture.objects.filter(reply__in=cards).values_list("picture_id", flat=True),
    ]
    return KeptProof.objects.filter(id__in=ids, erased_at__isnull=True).order_by("id")


def _say_pictures(subject: Subject) -> list[Said]:
    return [{"sha256": row.sha256, "received_at": row.received_at.isoformat()} for row in _pictures(subject)]


def _erase_pictures(subject: Subject, now: dt.datetime) -> int:
    return erase_bytes(proofs=_pictures(subject), now=now)


declare_holdings(
    Holding(
        "replies.texts",
        "回音与回访中的文字",
        "What replies and visits say",
        ("journal_committedtext",),
        _say_texts,
        lambda subject, now: erase_texts(owner_ids=_owners(subject)),
    ),
    Holding("replies.pictures", "回音卡照片", "Pictures of replies", ("replies_card",), _say_pictures, _erase_pictures),
)
