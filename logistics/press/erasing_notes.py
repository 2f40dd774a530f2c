"""Notes of work and of money that are bound to no family: looked through for the names, numbers and address of one."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Model

from logistics.deliveries.round_models import DistributionRound
from logistics.donations.refund_models import Refund
from logistics.funds.money_models import Cost, Interest, Reversal
from logistics.households.models import Household
from logistics.journal.revisions import Cause, erase_revision_texts, note_changed
from logistics.parties.access import organisation_ids_above
from logistics.stock.models import Opening, YarnMove
from logistics.storage.erasing import Holding, Said, Subject, declare_holdings
from logistics.storage.erasures import ERASED_FIELD

# Which column of which rows, and by which way one finds whose they are.
_NOTES: tuple[tuple[type[Model], str, str], ...] = (
    (Cost, "reason", "organisation_id"),
    (DistributionRound, "note", "organisation_id"),
    (Interest, "reason", "organisation_id"),
    (Opening, "reason", "organisation_id"),
    (Refund, "reason", "organisation_id"),
    (Reversal, "reason", "organisation_id"),
    (YarnMove, "note", "knitter__organisation_id"),
)


def _naming(subject: Subject) -> Iterator[tuple[str, Model]]:
    """Yield the rows of their own body, and of those above it, whose notes name them, each with its column."""
    if not subject.words:
        return
    family = Household.objects.select_related("organisation").get(id=subject.household_id)
    bodies = organisation_ids_above(family.organisation)
    for model, column, body in _NOTES:
        for row in model._default_manager.filter(**{f"{body}__in": bodies}).order_by("pk"):
            if subject.is_named_in(getattr(row, column)):
                yield column, row


def _say(subject: Subject) -> list[Said]:
    """Say only where one stands: it may be of somebody else who bears the same name."""
    return [{"in": row._meta.db_table} for _column, row in _naming(subject)]


def _erase(subject: Subject, now: dt.datetime) -> int:
    found = list(_naming(subject))
    for column, row in found:
        type(row)._default_manager.filter(pk=row.pk).update(**{column: ""})
        if isinstance(row, DistributionRound):
            note_changed(row, before={}, after={ERASED_FIELD: column}, cause=Cause(now=now))
            erase_revision_texts(row=row)
    return len(found)


declare_holdings(
    Holding(
        "press.notes",
        "工作与账务备注中写到此人的",
        "Notes of work and of money that name them",
        tuple(model._meta.db_table for model, *_ in _NOTES),
        _say,
        _erase,
    )
)
