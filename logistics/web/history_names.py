"""The names behind the ids that the history of master data speaks of."""

import re
import uuid
from collections.abc import Iterable, Mapping

from logistics.funds.models import Fund
from logistics.journal.revision_views import RevisionView
from logistics.parties.models import Donor, Organisation, Person, Programme
from logistics.stock.models import Item

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Which column says what people call a row. Donors are named by their reference alone.
_CALLED = {Organisation: "code", Person: "name", Programme: "code", Fund: "code", Item: "code", Donor: "reference"}


def names_of(views: Iterable[RevisionView]) -> Mapping[str, str]:
    """Return what people call the rows that these revisions point to, by id; what has no name is left out."""
    values = (value for view in views for change in view.changes for value in (change.before, change.after))
    wanted = {uuid.UUID(value) for value in values if isinstance(value, str) and _ID.fullmatch(value)}
    if not wanted:
        return {}
    found = (
        row
        for model, column in _CALLED.items()
        for row in model._default_manager.filter(pk__in=wanted).values_list("pk", column)
    )
    return {str(key): name for key, name in found}
