"""A recall in the words of the API, with everything that has to be fetched."""

from typing import Any

from logistics.parcels.recall_reads import RecalledParcel, recalled_parcels
from logistics.parcels.recalled_places import RecalledPlace, recalled_places
from logistics.parties.models import Organisation
from logistics.stock.models import Recall


def with_goods(row: Recall, own: Organisation) -> dict[str, Any]:
    """Say a recall with everything that has to be fetched."""
    return {
        **said(row),
        "lots": [str(lot) for lot in row.lots.order_by("lot_id").values_list("lot_id", flat=True)],
        "parcels": [_parcel(found) for found in recalled_parcels(row, own)],
        "places": [_place(found) for found in recalled_places(row, own)],
    }


def said(row: Recall) -> dict[str, Any]:
    """Say a recall alone."""
    return {
        "id": str(row.id),
        "organisation": row.organisation.code,
        "item": row.item.code,
        "batch": row.batch,
        "reason": row.reason,
        "recalled_at": row.recalled_at.isoformat(),
        "recalled_by": str(row.recalled_by_id),
        "lifted_at": row.lifted_at.isoformat() if row.lifted_at else None,
        "lifted_by": str(row.lifted_by_id) if row.lifted_by_id else None,
    }


def _parcel(found: RecalledParcel) -> dict[str, Any]:
    since = found.handed_over_since_at
    return {
        "code": found.parcel.code.text,
        "state": found.parcel.state,
        "quantity": found.quantity,
        "township": found.parcel.township,
        "household": found.household_reference,
        "is_with_family": found.is_with_family,
        "handed_over_since_at": since.isoformat() if since else None,
    }


def _place(found: RecalledPlace) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "reference": found.reference,
        "organisation": found.organisation_code,
        "lot": str(found.lot_id),
        "batch": found.batch,
        "quantity": found.quantity,
    }
