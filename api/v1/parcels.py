"""Parcels: plan, read, cancel."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import CodeField, IdField, MomentField, StrictSerializer, TextField, WholeField
from api.pages import page_of
from logistics.funds.reads import get_fund_at_hand
from logistics.households.reads import get_member, get_recipient_household
from logistics.kernel.codes import grouped
from logistics.kernel.delivery_states import STATES
from logistics.parcels.access import visible_parcels
from logistics.parcels.actions import (
    LINE_QUANTITY_MAX,
    PARCEL_LINES_MAX,
    PARCELS_PER_CALL_MAX,
    Recipient,
    cancel_parcel,
    plan_parcels,
)
from logistics.parcels.models import Parcel
from logistics.parcels.reads import get_parcel, parcels_with_names
from logistics.parties.models import Organisation
from logistics.parties.reads import get_programme
from logistics.stock.reads import get_item, get_kit_recipe, get_warehouse

READ = ("parcels:read",)


class ContentLineField(StrictSerializer):
    """One item and how many."""

    item = CodeField()
    quantity = WholeField(least=1, most=LINE_QUANTITY_MAX)


class ContentsField(StrictSerializer):
    """Either a kit recipe or lines of items."""

    kit_recipe = CodeField(required=False)
    lines = serializers.ListField(child=ContentLineField(), required=False, max_length=PARCEL_LINES_MAX)


class RecipientField(StrictSerializer):
    """Whom a parcel is for."""

    household = IdField()
    beneficiary = IdField(required=False, allow_null=True, default=None)


class ParcelsInput(StrictSerializer):
    """Parcels to plan: `recipients` gives one each; else `count` parcels for `household`, or for nobody yet."""

    programme = CodeField()
    warehouse = CodeField()
    contents = ContentsField()
    fund = CodeField(required=False)
    household = IdField(required=False)
    beneficiary = IdField(required=False)
    recipients = serializers.ListField(child=RecipientField(), required=False, max_length=PARCELS_PER_CALL_MAX)
    count = WholeField(least=1, most=PARCELS_PER_CALL_MAX, required=False, default=1)
    batch = TextField(length=24, required=False, allow_blank=True, default="")
    township = TextField(length=60, required=False, allow_blank=True, default="")


class ParcelAnswer(serializers.Serializer):
    """A parcel."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    code_grouped = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    state_since = serializers.DateTimeField()
    programme = serializers.CharField()
    fund = serializers.CharField()
    warehouse = serializers.CharField()
    batch = serializers.CharField()
    township = serializers.CharField(allow_blank=True)
    household = serializers.CharField(allow_null=True, help_text="The household's reference, never a name.")
    beneficiary = serializers.CharField(allow_null=True)
    contents = serializers.ListField(child=serializers.DictField())
    value = serializers.IntegerField(allow_null=True, help_text="null where no value can be had.")
    weight_grams = serializers.IntegerField(allow_null=True)
    unposted = serializers.CharField(allow_null=True, help_text="Why the books cannot take it yet.")
    next_try_on = serializers.DateField(allow_null=True, help_text="The day on which to try again to hand it over.")


class ScanSummary(serializers.Serializer):
    """One scan of a parcel."""

    scan_id = serializers.UUIDField()
    step = serializers.CharField()
    outcome = serializers.CharField()
    scanned_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    device = serializers.UUIDField()


class LotPiece(serializers.Serializer):
    """Units [start, stop) of a lot."""

    lot = serializers.UUIDField()
    start = serializers.IntegerField()
    stop = serializers.IntegerField()
    value = serializers.IntegerField(allow_null=True, help_text="null where no value can be had.")


class OneParcelAnswer(ParcelAnswer):
    """A parcel with its contents by lot and its scans."""

    lots = serializers.ListField(child=LotPiece())
    scans = serializers.ListField(child=ScanSummary())


class PlannedAnswer(serializers.Serializer):
    """Parcels planned."""

    items = serializers.ListField(child=ParcelAnswer())


class Parcels(Door):
    """Parcels."""

    scopes = {"GET": READ, "POST": ("parcels:write",)}
    is_list = posts_to_books = True
    query = ("state", "programme", "batch", "township")

    @documented(
        "List parcels",
        "Newest first.",
        answers={200: paged(ParcelAnswer, "Parcel")},
        tag="parcels",
        query={
            "state": "A parcel's state.",
            "programme": "A programme's code.",
            "batch": "A batch.",
            "township": "A township.",
            **PAGING,
        },
    )
    def get(self, request: Request) -> Response:
        """List."""
        columns = {"state": "state", "programme": "programme__code", "batch": "batch", "township": "township"}
        wanted = {
            column: request.query_params[name] for name, column in columns.items() if name in request.query_params
        }
        rows = parcels_with_names(visible_parcels(self.actor.organisation).filter(**wanted))
        return page_of(request, rows, said)

    @documented(
        "Plan parcels",
        "Reserves what goes into each, first expired first; PACK takes what was reserved. Up to 1,000 in one call.",
        request=ParcelsInput,
        answers={201: PlannedAnswer},
        problems=(409, 413, 415, 422),
        tag="parcels",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Plan."""
        data, own = self.read(ParcelsInput), self.actor.organisation
        contents = data["contents"]
        recipe = get_kit_recipe(code=code, organisation=own) if (code := contents.get("kit_recipe")) else None
        lines = [
            (get_item(code=line["item"], pointer=f"/contents/lines/{place}/item"), line["quantity"])
            for place, line in enumerate(contents.get("lines", []))
        ]
        rows = plan_parcels(
            actor=self.actor,
            programme=get_programme(code=data["programme"], organisation=own),
            warehouse=get_warehouse(code=data["warehouse"], organisation=own),
            recipe=recipe,
            lines=lines,
            fund=get_fund_at_hand(code=data["fund"], organisation=own) if data.get("fund") else None,
            recipients=_recipients(data, own),
            count=data["count"],
            batch=data["batch"],
            township=data["township"],
            now=timezone.now(),
        )
        return Response({"items": [said(row) for row in rows]}, status=201)


class OneParcel(Door):
    """One parcel."""

    scopes = {"GET": READ}

    @documented(
        "Read a parcel",
        "By its id or its code, in any spelling of the code.",
        answers={200: OneParcelAnswer},
        tag="parcels",
    )
    def get(self, request: Request, key: str) -> Response:
        """Read."""
        row = get_parcel(key=key, organisation=self.actor.organisation)
        lots = [
            {"lot": lot, "start": start, "stop": stop, "value": value if row.value_minor else None}
            for lot, start, stop, value, _ in row.contents
        ]
        scans = [
            {
                "scan_id": str(scan.id),
                "step": scan.step,
                "outcome": scan.outcome,
                "scanned_at": MomentField().to_representation(scan.scanned_at),
                "received_at": MomentField().to_representation(scan.received_at),
                "device": str(scan.device_id),
            }
            for scan in row.scans.order_by("received_at", "scanned_at", "id")
        ]
        return Response({**said(row), "lots": lots, "scans": scans})


class CancelledParcels(Door):
    """Parcels cancelled."""

    scopes = {"POST": ("parcels:write",)}
    posts_to_books = True

    @documented(
        "Cancel a parcel",
        "While it is planned, or when it came back and was inspected; what was in it becomes free on the shelf again.",
        request=None,
        answers={200: ParcelAnswer},
        problems=(409, 413, 415, 422),
        tag="parcels",
        is_repeatable=True,
    )
    def post(self, request: Request, key: str) -> Response:
        """Cancel."""
        row = get_parcel(key=key, organisation=self.actor.organisation)
        return Response(said(cancel_parcel(parcel=row, actor=self.actor, now=timezone.now())))


def said(row: Parcel) -> dict[str, Any]:
    """Say a parcel."""
    return {
        "id": str(row.id),
        "code": row.code.text,
        "code_grouped": grouped(row.code.text),
        "state": row.state,
        "state_since": MomentField().to_representation(row.state_since),
        "programme": row.programme.code,
        "fund": row.fund.code,
        "warehouse": row.warehouse.code,
        "batch": row.batch,
        "township": row.township,
        "household": row.household.reference if row.household else None,
        "beneficiary": row.beneficiary.reference if row.beneficiary else None,
        "contents": row.contents_text,
        # A parcel of goods without determinable value has none either: null, not nothing.
        "value": row.value_minor or None,
        "weight_grams": row.weight_grams,
        "unposted": row.unposted_reason or None,
        "next_try_on": row.next_try_on.isoformat() if row.next_try_on else None,
    }


def _recipients(data: dict[str, Any], own: Organisation) -> list[Recipient] | None:
    if "recipients" in data:
        return [_recipient(row, own) for row in data["recipients"]]
    if "household" in data:
        return [_recipient(data, own)] * data["count"]
    return None


def _recipient(data: dict[str, Any], own: Organisation) -> Recipient:
    household = get_recipient_household(household_id=data["household"], organisation=own)
    member = get_member(member_id=data["beneficiary"], household=household) if data.get("beneficiary") else None
    return Recipient(household, member)
