"""What the way onto a list keeps of a person: what was written, the points by part, and what others objected.

Who stood where stays: a list that was published and approved is part of the books.
"""

import datetime as dt
import uuid

from django.db.models import Q, QuerySet

from logistics.households.models import Household
from logistics.journal.committed import erase_texts, texts_of
from logistics.lists.applications import withdraw_all
from logistics.lists.models import Application, ApplicationStep, ListEntry, Objection
from logistics.lists.objections import answer_owner, texts_of_objections
from logistics.parties.access import organisation_ids_above
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
    """Say what was written of them; how to reach whoever objected is theirs."""
    kept = texts_of(_owners(subject)).values()
    return [{str(name): text for name, text in texts.items() if name != "contact"} for texts in kept]


def _erase_texts(subject: Subject, now: dt.datetime) -> int:
    """Withdraw what stands open, so that nobody reviews, publishes or lists who is gone, and destroy the texts."""
    withdraw_all(_applications(subject).order_by("id"), now=now)
    return erase_texts(owner_ids=_owners(subject))


def _naming(subject: Subject) -> list[Objection]:
    """List objections without a number that name them, to notices of their own body and those above it."""
    if not subject.words:
        return []
    family = Household.objects.select_related("organisation").get(id=subject.household_id)
    bodies = organisation_ids_above(family.organisation)
    rows = list(Objection.objects.filter(application=None, notice__organisation_id__in=bodies).order_by("id"))
    return [row for row, texts in zip(rows, _texts(rows), strict=True) if subject.is_named_in(*texts)]


def _texts(rows: list[Objection]) -> list[list[str]]:
    kept = texts_of_objections(rows)
    return [list(kept[row.id].values()) for row in rows]


def _say_naming(subject: Subject) -> list[Said]:
    """Say only that there is one: it may be of somebody else who bears the same name."""
    return [{"raised_at": row.raised_at.isoformat()} for row in _naming(subject)]


def _erase_naming(subject: Subject, now: dt.datetime) -> int:
    return erase_texts(owner_ids=[one for row in _naming(subject) for one in (row.id, answer_owner(row))])


declare_holdings(
    Holding(
        "lists.texts",
        "申报、审核与异议中的文字，名单上的得分",
        "What was written of applications and objections, and the points on lists",
        ("journal_committedtext", "lists_applicationstep", "lists_listentry", "lists_objection"),
        _say_texts,
        _erase_texts,
    ),
    Holding(
        "lists.objections",
        "未指明编号、但写到此人的异议",
        "Objections without a number that name them",
        ("lists_objection",),
        _say_naming,
        _erase_naming,
    ),
)
