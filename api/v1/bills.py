"""Official bills: registered per gift, with the photo that proves them."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.fields import DayField, MomentField, MoneyField, StrictSerializer, TextField
from api.parsing import raw_body
from api.v1.acknowledgements import WhyInput
from logistics.donations.bill_models import OfficialBill
from logistics.donations.bill_reads import bills_of, get_bill
from logistics.donations.bills import BillInput, attach_bill_photo, register_official_bill, void_official_bill
from logistics.donations.models import Donation
from logistics.donations.reads import get_donation
from logistics.storage.photos import PHOTO_BYTES_MAX, PhotoMissing, photo_bytes, read_photo

WRITE = {"POST": ("donations:write",), "PUT": ("donations:write",), "GET": ("donations:read", "donations:write")}
PHOTO_TYPES = ("image/jpeg", "image/png")


class OfficialBillInput(StrictSerializer):
    """What stands on the bill."""

    code = TextField(length=20, help_text="票据代码")
    number = TextField(length=20, help_text="票据号码")
    issued_on = DayField()
    issuer = TextField(length=120, help_text="Who issued it.")
    money = MoneyField()
    photo_sha256 = TextField(length=64, required=False, allow_blank=True, default="")


class OfficialBillAnswer(serializers.Serializer):
    """A bill that was registered for a gift."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    number = serializers.CharField()
    issued_on = serializers.DateField()
    issuer = serializers.CharField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    photo_sha256 = serializers.CharField(allow_blank=True)
    has_photo = serializers.BooleanField()
    registered_at = serializers.DateTimeField()
    voided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class OfficialBillsAnswer(serializers.Serializer):
    """Every bill of a gift, the first one first."""

    items = serializers.ListField(child=OfficialBillAnswer())


class OfficialBills(Door):
    """The official bills of a gift."""

    scopes = WRITE

    @documented(
        "List official bills of a gift",
        "Every bill that was registered, also the void ones.",
        answers={200: OfficialBillsAnswer},
        tag="donations",
    )
    def get(self, request: Request, donation_id: uuid.UUID) -> Response:
        """List."""
        return Response({"items": [said(bill) for bill in bills_of(_gift(self, donation_id))]})

    @documented(
        "Register an official bill",
        "The bill (公益事业捐赠票据) is issued elsewhere and registered here; its amount is that of the gift. One bill "
        "counts at a time: void a wrong one, then register the right one.",
        request=OfficialBillInput,
        answers={201: OfficialBillAnswer, 200: OfficialBillAnswer},
        problems=(409, 413, 415, 422),
        tag="donations",
        is_repeatable=True,
    )
    def post(self, request: Request, donation_id: uuid.UUID) -> Response:
        """Register."""
        gift, data = _gift(self, donation_id), self.read(OfficialBillInput)
        money = data.pop("money")
        bill = BillInput(amount_minor=money["amount"], currency=money["currency"], **data)
        row, is_new = register_official_bill(actor=self.actor, donation=gift, bill=bill, now=timezone.now())
        return Response(said(row), status=201 if is_new else 200)


class VoidedOfficialBills(Door):
    """Bills that do not count."""

    scopes = {"POST": ("donations:write",)}

    @documented(
        "Void an official bill",
        "The gift's registered bill does not count; it stays on record, and another may be registered.",
        request=WhyInput,
        answers={200: OfficialBillAnswer},
        problems=(409, 413, 415, 422),
        tag="donations",
        is_repeatable=True,
    )
    def post(self, request: Request, donation_id: uuid.UUID) -> Response:
        """Void."""
        gift, reason = _gift(self, donation_id), self.read(WhyInput)["reason"]
        void_official_bill(actor=self.actor, bill=get_bill(donation=gift), reason=reason, now=timezone.now())
        return Response(said(get_bill(donation=gift)))


class OfficialBillPhotos(Door):
    """The photo of the gift's registered bill."""

    scopes = WRITE

    @documented(
        "Download the photo of an official bill",
        "The picture as it was sent, without what a camera wrote beside it: place, owner, time.",
        answers={200: OpenApiTypes.BINARY},
        tag="donations",
    )
    def get(self, request: Request, donation_id: uuid.UUID) -> HttpResponse:
        """Download."""
        photo = getattr(get_bill(donation=_gift(self, donation_id)), "photo_row", None)
        if photo is None:
            raise PhotoMissing
        return HttpResponse(photo_bytes(photo.path), content_type=photo.media_type)

    @documented(
        "Send the photo of an official bill",
        "JPEG or PNG, at most 10 MB and 20 megapixels; it must have the hash that was registered. Safe to repeat.",
        request=dict.fromkeys(PHOTO_TYPES, OpenApiTypes.BINARY),
        answers={200: OfficialBillAnswer},
        problems=(409, 413, 415, 422),
        tag="donations",
    )
    def put(self, request: Request, donation_id: uuid.UUID) -> Response:
        """Keep."""
        gift = _gift(self, donation_id)
        photo = read_photo(raw_body(request, PHOTO_BYTES_MAX))
        attach_bill_photo(bill=get_bill(donation=gift), photo=photo, now=timezone.now())
        return Response(said(get_bill(donation=gift)))


def said(row: OfficialBill) -> dict[str, Any]:
    """Say a bill."""
    void = getattr(row, "void_row", None)
    return {
        "id": str(row.id),
        "code": row.code,
        "number": row.number,
        "issued_on": row.issued_on.isoformat(),
        "issuer": row.issuer,
        "amount": row.amount_minor,
        "currency": row.currency,
        "photo_sha256": row.photo_sha256,
        "has_photo": hasattr(row, "photo_row"),
        "registered_at": MomentField().to_representation(row.registered_at),
        "voided_at": MomentField().to_representation(void.voided_at) if void else None,
        "reason": void.reason if void else "",
    }


def _gift(door: Door, donation_id: uuid.UUID) -> Donation:
    return get_donation(donation_id=donation_id, organisation=door.actor.organisation)
