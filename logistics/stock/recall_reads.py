"""Ask for recalls."""

import uuid

from django.db.models import Q, QuerySet

from logistics.kernel.refusals import Missing
from logistics.parties.access import organisation_ids_above, organisation_ids_below
from logistics.parties.models import Organisation
from logistics.stock.care_models import Recall


class RecallMissing(Missing):
    code = "recall_missing"
    zh = "没有找到这次召回。"
    en = "There is no such recall."


def recalls_over(organisation: Organisation) -> "QuerySet[Recall]":
    """Return the standing recalls that bind an organisation: its own and those of the bodies above, oldest first."""
    above = organisation_ids_above(organisation)
    return Recall.objects.filter(lifted_at=None, organisation_id__in=above).order_by("id")


def visible_recalls(organisation: Organisation) -> "QuerySet[Recall]":
    """Return the recalls of an organisation, of those below it and of those above it, newest first."""
    own = Q(organisation__in=organisation_ids_below(organisation))
    above = Q(organisation_id__in=organisation_ids_above(organisation))
    return Recall.objects.filter(own | above).select_related("item", "organisation").order_by("-id")


def get_recall(*, recall_id: uuid.UUID, organisation: Organisation) -> Recall:
    """Return the recall with this id. Refuses RecallMissing, also for another organisation's."""
    found = visible_recalls(organisation).filter(id=recall_id).first()
    if found is None:
        raise RecallMissing
    return found


def get_own_recall(*, recall_id: uuid.UUID, organisation: Organisation) -> Recall:
    """Return a recall that an organisation or one below it declared: only they lift it. Refuses RecallMissing."""
    found = get_recall(recall_id=recall_id, organisation=organisation)
    if not found.organisation.path.startswith(organisation.path):
        raise RecallMissing
    return found
