"""List where recalled goods are besides parcels and families."""

import uuid
from dataclasses import dataclass

from logistics.journal.models import AccountKind, Balance
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.stock.models import Recall

# Where recalled goods may lie, besides parcels and families.
_PLACES = (
    *(AccountKind.WAREHOUSE, AccountKind.QUARANTINE, AccountKind.IN_TRANSIT, AccountKind.VOLUNTEER),
    *(AccountKind.SOLD, AccountKind.LOSS),
)


@dataclass(frozen=True)
class RecalledPlace:
    """How many recalled units lie in one place outside parcels and families."""

    kind: str
    reference: str
    organisation_code: str
    lot_id: uuid.UUID
    batch: str
    quantity: int


def recalled_places(recall: Recall, organisation: Organisation) -> list[RecalledPlace]:
    """List where else recalled units are: set aside, on the way, with volunteers, sold or lost."""
    seen = Organisation.objects.filter(id__in=organisation_ids_below(organisation))
    seen = seen.filter(path__startswith=recall.organisation.path)
    codes = dict(seen.values_list("id", "code"))
    rows = Balance.objects.filter(
        lot__in=recall.lots.values("lot"), quantity__gt=0, account__kind__in=_PLACES, account__organisation_id__in=codes
    )
    return [
        RecalledPlace(
            kind=row.account.kind,
            reference=row.account.reference,
            organisation_code=codes[row.account.organisation_id],
            lot_id=row.lot_id,
            batch=row.lot.batch,
            quantity=row.quantity,
        )
        for row in rows.select_related("account", "lot").order_by("account__kind", "account__reference", "lot_id")
    ]
