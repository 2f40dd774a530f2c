"""What the way onto a list keeps of a person: what was written, the points by part, and what others objected.

Who stood where stays: a list that was published and approved is part of the books.
"""

import uuid

from django.db.models import Q, QuerySet

from logistics.journal.committed import erase_texts, texts_of
from logistics.lists.models import Application, ApplicationStep, ListEntry, Objection
from logistics.lists.objections import answer_owner
from logistics.storage.erasing import Holding, Said, Subject, declare_holdings


def _applications(subject: Subject) -> "QuerySet[Application]":
    whose = Q(beneficiary_id__in=subject.member_ids)
    whose |= Q(household_id=subject.household_id) if subject.is_whole else Q(pk__in=[])
    return Application.objects.filter(whose)


def _owners(subject: Subject) -> list[uuid.UUID]:
    """List whatever may have a text: steps, places with their points, objections and their answers."""
    applications = list(_applications(subject).values_list("id", flat=True))
    objections = list(Objection.objects.filter(application__in=applications).order_by("id"))
    return [
        *ApplicationStep.objects.filter(application__in=applications).order_by("id").values_list("id", flat=True),
        *ListEntry.objects.filter(application__in=applications).order_by("id").values_list("id", flat=True),
        *(objection.id for objection in objections),
        *(answer_owner(objection) for objection in objections),
    ]


def _say_texts(subject: Subject) -> list[Said]:
    return [{str(name): text for name, text in texts.items()} for texts in texts_of(_owners(subject)).values()]


declare_holdings(
    Holding(
        "lists.texts",
        "申报、审核与异议中的文字，名单上的得分",
        "What was written of applications and objections, and the points on lists",
        ("journal_committedtext",),
        _say_texts,
        lambda subject, now: erase_texts(owner_ids=_owners(subject)),
    )
)
