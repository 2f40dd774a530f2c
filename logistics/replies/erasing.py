"""What replies, visits afterwards and grievances keep of a person: texts and pictures.

What was released is no longer shown. A sensitive grievance is never said in an export: whom it is of may hold that.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db.models import OuterRef, Q, QuerySet, Subquery

from logistics.households.models import Household
from logistics.households.proof_models import KeptProof
from logistics.households.proofs import erase_bytes
from logistics.journal.committed import erase_texts, texts_of
from logistics.parties.access import organisation_ids_above
from logistics.replies.card_models import CoveredPicture, ReplyCard, ReplyDecision
from logistics.replies.grievance_models import Grievance, GrievanceStep, StepKind
from logistics.replies.retaining import answered_grievances
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


def _grievances(subject: Subject) -> "QuerySet[Grievance]":
    whose = Q(parcel__beneficiary_id__in=subject.member_ids)
    whose |= Q(parcel__household_id=subject.household_id) if subject.is_whole else Q(pk__in=[])
    return Grievance.objects.filter(whose).order_by("id")


def _said_with(grievances: "QuerySet[Grievance]") -> list[uuid.UUID]:
    steps = GrievanceStep.objects.filter(grievance__in=grievances).order_by("id")
    return [*grievances.values_list("id", flat=True), *steps.values_list("id", flat=True)]


def _say_grievances(subject: Subject) -> list[Said]:
    # How to reach whoever complained is theirs, and they may be of another family.
    texts = texts_of(_said_with(_grievances(subject).filter(is_sensitive=False)))
    return [{"text": said["text"]} for said in texts.values()]


def _naming(subject: Subject) -> list[list[uuid.UUID]]:
    """List grievances about no parcel that name them, each with its steps, once they are answered.

    An open one stays as it came: whoever complained waits for an answer, and the period for which it is kept ends it.
    """
    if not subject.words:
        return []
    family = Household.objects.select_related("organisation").get(id=subject.household_id)
    bodies = organisation_ids_above(family.organisation)
    rows = list(answered_grievances().filter(parcel=None, organisation_id__in=bodies).order_by("id"))
    owners: dict[uuid.UUID, list[uuid.UUID]] = {row.id: [row.id] for row in rows}
    for grievance_id, step_id in GrievanceStep.objects.filter(grievance__in=rows).values_list("grievance_id", "id"):
        owners[grievance_id].append(step_id)
    kept = texts_of(one for each in owners.values() for one in each)
    return [
        each
        for each in owners.values()
        if subject.is_named_in(*(text for one in each for text in kept.get(one, {}).values()))
    ]


def _erase_naming(subject: Subject, now: dt.datetime) -> int:
    return erase_texts(owner_ids=[one for each in _naming(subject) for one in each])


def _unanswered(subject: Subject) -> Sequence[str]:
    """Name the parcels: nobody gets rid of a complaint by an erasure, nor learns here that there is one."""
    last = GrievanceStep.objects.filter(grievance=OuterRef("pk")).order_by("-position")
    rows = _grievances(subject).annotate(last_kind=Subquery(last.values("kind")[:1]))
    is_open = Q(last_kind__isnull=True) | ~Q(last_kind__in=(StepKind.ANSWERED, StepKind.CLOSED))
    codes = rows.filter(is_open).values_list("parcel__code__text", flat=True)
    return sorted({str(code) for code in codes})


declare_holdings(
    Holding(
        "replies.texts",
        "回音与回访中的文字",
        "What replies and visits say",
        (
            *("journal_committedtext", "replies_card", "replies_decision"),
            *("replies_visit", "replies_visitresult", "replies_differencesettled"),
        ),
        _say_texts,
        lambda subject, now: erase_texts(owner_ids=_owners(subject)),
    ),
    Holding("replies.pictures", "回音卡照片", "Pictures of replies", ("replies_card",), _say_pictures, _erase_pictures),
    Holding(
        "replies.named",
        "未指明包裹、但写到此人的反映事项",
        "Grievances about no parcel that name them",
        ("replies_grievance", "replies_grievancestep"),
        # That there is one may be what few may know.
        lambda subject: [],
        _erase_naming,
    ),
    Holding(
        "replies.grievances",
        "反映事项中的文字",
        "What grievances say",
        ("journal_committedtext", "replies_grievance", "replies_grievancestep"),
        _say_grievances,
        lambda subject, now: erase_texts(owner_ids=_said_with(_grievances(subject))),
        _unanswered,
    ),
)
