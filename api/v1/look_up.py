"""What a code is, for whoever scans: no person, and nothing of other organisations."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from logistics.codes.models import Code, CodeState
from logistics.codes.reads import get_code_within
from logistics.households.models import Household
from logistics.journal.models import Lot
from logistics.kernel.codes import KIND_LETTERS
from logistics.parcels.reads import get_parcel
from logistics.parties.models import Organisation
from logistics.stock.models import Item


class LookUpAnswer(serializers.Serializer):
    """A code: what it is, whether it counts, and what it names."""

    kind = serializers.ChoiceField(choices=list(KIND_LETTERS))
    code = serializers.CharField()
    revoked = serializers.BooleanField()
    replaced_by = serializers.CharField(allow_null=True)
    parcel = serializers.DictField(required=False, help_text="As in the answer to a scan.")
    household_reference = serializers.CharField(required=False)
    lot = serializers.DictField(required=False)


class LookedUpCodes(Door):
    """Codes by what they are."""

    scopes = {"GET": ("parcels:read", "scans:write")}

    @documented(
        "Look up code",
        "A code as it was scanned or typed: 404 where it is not in one's own books, 422 `bad_check` where it was"
        " mistyped, 422 `foreign_code` where it is another installation's.",
        answers={200: LookUpAnswer},
        problems=(422,),
        tag="codes",
    )
    def get(self, request: Request, code: str) -> Response:
        """Look up."""
        organisation = self.actor.organisation
        row = get_code_within(code, organisation)
        said = {
            "kind": row.kind,
            "code": row.text,
            "revoked": row.state == CodeState.REVOKED,
            "replaced_by": row.replaced_by.text if row.replaced_by else None,
        }
        return Response({**said, **_named(row, organisation)})


def _named(row: Code, organisation: Organisation) -> dict[str, Any]:
    if row.kind == "PARCEL":
        return {"parcel": _parcel(str(row.subject_id), organisation)}
    if row.kind == "HOUSEHOLD_CARD":
        found = Household.objects.filter(id=row.subject_id).values_list("reference", flat=True).first()
        return {"household_reference": found} if found else {}
    return {"lot": lot} if row.kind == "LOT" and (lot := _lot(row)) else {}


def _parcel(key: str, organisation: Organisation) -> dict[str, Any]:
    parcel = get_parcel(key=key, organisation=organisation)
    return {
        "id": str(parcel.id),
        "code": parcel.code.text,
        "state": parcel.state,
        "programme": {"zh": parcel.programme.name_zh, "en": parcel.programme.name_en or parcel.programme.name_zh},
        "township": parcel.township,
        "contents": parcel.contents_text,
        "recalled": parcel.recalled_at is not None,
    }


def _lot(row: Code) -> dict[str, Any] | None:
    lot = Lot.objects.filter(id=row.subject_id).first()
    item = Item.objects.filter(id=lot.item_id).first() if lot and lot.item_id else None
    if lot is None or item is None:
        return None
    expires_on = lot.expires_on.isoformat() if lot.expires_on else None
    return {
        "id": str(lot.id),
        "item": item.code,
        "name": {"zh": item.name_zh, "en": item.name_en or item.name_zh},
        "expires_on": expires_on,
    }
