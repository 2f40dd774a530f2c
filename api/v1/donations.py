"""Gifts of money and of goods."""

import uuid
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import (
    ChoiceTextField,
    CodeField,
    DayField,
    IdField,
    LineTotalField,
    MomentField,
    MoneyField,
    StrictSerializer,
    TextField,
    TruthField,
    WholeField,
)
from api.pages import page_of
from api.problems import QueryUnknown
from logistics.donations.access import visible_donations
from logistics.donations.actions import record_money_donation
from logistics.donations.bill_reads import with_bill
from logistics.donations.goods import LINES_MAX, LineInput, record_goods_donation
from logistics.donations.models import Channel, Donation, DonationKind
from logistics.donations.reads import donations_with_names, get_donation, state_of
from logistics.funds.models import Fund
from logistics.funds.reads import get_fund
from logistics.kernel.codes import grouped
from logistics.ledgers.traces import GiftShare, GiftTrace, trace_of_gift
from logistics.parties.actions import NewDonor
from logistics.parties.models import Donor, DonorKind, Organisation
from logistics.parties.reads import get_donor, get_programme
from logistics.stock.reads import get_item, get_warehouse
from logistics.stock.valuation import ValueBasis

WRITE = {"POST": ("donations:write",)}
READ = {"GET": ("donations:read", "donations:write")}
REFERENCE_LENGTH_MAX = 120


class NewDonorInput(StrictSerializer):
    """A donor by name: the same name of the same kind is the same donor."""

    name = TextField(length=120)
    kind = ChoiceTextField(choices=DonorKind.choices)


@extend_schema_field({"oneOf": [{"type": "string", "format": "uuid"}, {"type": "object"}]})
class DonorField(serializers.Field):
    """A donor's id, or `{"name", "kind"}`."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the id, or the name and kind."""
        if isinstance(data, str):
            return IdField().to_internal_value(data)
        form = NewDonorInput(data=data)
        form.is_valid(raise_exception=True)
        return form.validated_data


class GiftInput(StrictSerializer):
    """What gifts of money and of goods share."""

    programme = CodeField()
    fund = CodeField(required=False)
    donor = DonorField(help_text='A donor\'s id, or {"name", "kind": PERSON|ORGANISATION}.')
    received_at = MomentField()
    reference = TextField(
        length=REFERENCE_LENGTH_MAX, help_text="The caller's own number for this gift, unique for ever."
    )
    anonymous = TruthField(required=False, default=False)
    note = TextField(length=500, required=False, allow_blank=True, default="")


class MoneyDonationInput(GiftInput):
    """A gift of money."""

    money = MoneyField()
    channel = ChoiceTextField(choices=Channel.choices)


class LineField(StrictSerializer):
    """One line of a gift of goods."""

    item = CodeField()
    quantity = WholeField(least=1)
    line_total = LineTotalField(required=False, allow_null=True, default=None)
    basis = ChoiceTextField(choices=ValueBasis.choices)
    expires_on = DayField(required=False, allow_null=True, default=None)
    batch = TextField(length=64, required=False, allow_blank=True, default="")


class GoodsDonationInput(GiftInput):
    """A gift of goods."""

    warehouse = CodeField()
    lines = serializers.ListField(child=LineField(), max_length=LINES_MAX)
    counted_by = serializers.ListField(child=TextField(length=60), required=False, default=list, max_length=10)


class DonationAnswer(serializers.Serializer):
    """A gift received."""

    id = serializers.UUIDField()
    code = serializers.CharField(help_text="On the acknowledgement; the donor follows the gift by it.")
    kind = serializers.ChoiceField(choices=DonationKind.choices)
    state = serializers.CharField(help_text="RECORDED, PARTLY_RETURNED, RETURNED, or CANCELLED where it was a mistake.")
    returned = serializers.IntegerField(help_text="How much of its value went back to the donor.")
    programme = serializers.CharField()
    fund = serializers.CharField()
    donor = serializers.CharField(help_text="The donor's reference, never the name.")
    amount = serializers.IntegerField(allow_null=True, help_text="null where no value can be had of what was given.")
    currency = serializers.CharField()
    reference = serializers.CharField()
    received_at = serializers.DateTimeField()
    entry = serializers.UUIDField()
    lines = serializers.ListField(child=serializers.DictField())
    acknowledgement_url = serializers.CharField(
        help_text="The public page of this gift, as on the acknowledgement's QR."
    )
    trace_url = serializers.CharField()


class ShareAnswer(serializers.Serializer):
    """A share of a gift where it is now."""

    stage = serializers.CharField()
    value = serializers.IntegerField(allow_null=True)
    quantity = serializers.IntegerField()
    parcel = serializers.CharField(allow_null=True)
    township = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)


class GiftTraceAnswer(serializers.Serializer):
    """What became of a gift; the shares' values sum to it."""

    total = serializers.IntegerField(allow_null=True, help_text="null where no value can be had of what was given.")
    stages = serializers.DictField(child=serializers.IntegerField())
    units = serializers.DictField(child=serializers.IntegerField(), help_text="How many units are at each stage.")
    purchases = serializers.ListField(child=serializers.DictField())
    shares = serializers.ListField(child=ShareAnswer())
    from_sales = serializers.ListField(
        child=ShareAnswer(), help_text="What became of the money that its sold goods brought in."
    )
    note = serializers.DictField()


class MoneyDonations(Door):
    """Gifts of money."""

    scopes, posts_to_books = WRITE, True
    is_bulk = True

    @documented(
        "Record a gift of money",
        "Donor to bank, in one entry. Without `fund`, the programme's one unrestricted fund takes it. A repeated "
        "`reference` with the same content answers 200 with the first gift.",
        request=MoneyDonationInput,
        answers={201: DonationAnswer, 200: DonationAnswer},
        problems=(409, 413, 415, 422),
        tag="donations",
        is_repeatable=True,
        is_bulk=True,
    )
    def post(self, request: Request) -> Response:
        """Record."""
        data, own = self.read(MoneyDonationInput), self.actor.organisation
        row, is_new = record_money_donation(
            actor=self.actor,
            programme=get_programme(code=data["programme"], organisation=own),
            fund=_fund(data, own),
            donor=_donor(data["donor"], own),
            amount_minor=data["money"]["amount"],
            currency=data["money"]["currency"],
            received_at=data["received_at"],
            channel=data["channel"],
            reference=data["reference"],
            is_anonymous=data["anonymous"],
            note=data["note"],
            now=timezone.now(),
        )
        return Response(said(row), status=201 if is_new else 200)


class GoodsDonations(Door):
    """Gifts of goods."""

    scopes, posts_to_books = WRITE, True
    is_bulk = True

    @documented(
        "Record a gift of goods",
        "Donor to warehouse, one lot a line. The value is frozen now; `basis` NONE has no `line_total`.",
        request=GoodsDonationInput,
        answers={201: DonationAnswer, 200: DonationAnswer},
        problems=(409, 413, 415, 422),
        tag="donations",
        is_repeatable=True,
        is_bulk=True,
    )
    def post(self, request: Request) -> Response:
        """Record."""
        data, own = self.read(GoodsDonationInput), self.actor.organisation
        lines = [
            LineInput(
                item=get_item(code=line["item"], pointer=f"/lines/{position}/item"),
                quantity=line["quantity"],
                basis=line["basis"],
                line_total_minor=line["line_total"],
                expires_on=line["expires_on"],
                batch=line["batch"],
            )
            for position, line in enumerate(data["lines"])
        ]
        row, is_new = record_goods_donation(
            actor=self.actor,
            programme=get_programme(code=data["programme"], organisation=own),
            fund=_fund(data, own),
            donor=_donor(data["donor"], own),
            warehouse=get_warehouse(code=data["warehouse"], organisation=own),
            received_at=data["received_at"],
            reference=data["reference"],
            lines=lines,
            counted_by=data["counted_by"],
            note=data["note"],
            is_anonymous=data["anonymous"],
            now=timezone.now(),
        )
        return Response(said(row), status=201 if is_new else 200)


class Donations(Door):
    """Gifts."""

    scopes, is_list = READ, True
    query = ("programme", "fund", "kind", "official_bill")

    @documented(
        "List gifts",
        "Newest first.",
        answers={200: paged(DonationAnswer, "Donation")},
        tag="donations",
        query={
            "programme": "A programme's code.",
            "fund": "A fund's code.",
            "kind": "MONEY or GOODS.",
            "official_bill": "missing or registered.",
            **PAGING,
        },
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = visible_donations(self.actor.organisation)
        filters = {"programme": "programme__code", "fund": "fund__code", "kind": "kind"}
        wanted = {
            column: request.query_params[name] for name, column in filters.items() if name in request.query_params
        }
        bill = request.query_params.get("official_bill")
        if bill not in (None, "missing", "registered"):
            raise QueryUnknown(parameter="official_bill")
        found = with_bill(rows, has_bill=bill == "registered") if bill else rows
        return page_of(request, donations_with_names(found.filter(**wanted)), said)


class OneDonation(Door):
    """One gift."""

    scopes = READ

    @documented("Read a gift", "By its id.", answers={200: DonationAnswer}, tag="donations")
    def get(self, request: Request, donation_id: uuid.UUID) -> Response:
        """Read."""
        return Response(said(get_donation(donation_id=donation_id, organisation=self.actor.organisation)))


class DonationTrace(Door):
    """What became of a gift."""

    scopes = READ

    @documented(
        "Follow a gift",
        "Every purchase, lot, parcel and delivery that it became, with amounts that add up to the gift. Places to "
        "the township, no persons. Shares are assigned in order of arrival; they are not the donor's choice.",
        answers={200: GiftTraceAnswer},
        tag="donations",
    )
    def get(self, request: Request, donation_id: uuid.UUID) -> Response:
        """Follow."""
        gift = get_donation(donation_id=donation_id, organisation=self.actor.organisation)
        return Response(said_trace(trace_of_gift(gift)))


def said(row: Donation) -> dict[str, Any]:
    """Say a gift."""
    state, returned = state_of(row)
    return {
        "id": str(row.id),
        "code": row.code.text,
        "kind": row.kind,
        "state": state,
        "returned": returned,
        "programme": row.programme.code,
        "fund": row.fund.code,
        "donor": row.donor.reference,
        "amount": row.amount_minor or None,
        "currency": row.currency,
        "reference": row.reference,
        "received_at": MomentField().to_representation(row.received_at),
        "entry": str(row.entry_id),
        "lines": [
            {
                "item": line.item.code,
                "quantity": line.quantity,
                "line_total": line.line_total_minor,
                "basis": line.basis,
                "expires_on": line.expires_on.isoformat() if line.expires_on else None,
                "batch": line.batch,
            }
            for line in row.lines.all()
        ],
        "acknowledgement_url": f"/Q/{row.code.text}",
        "trace_url": f"/api/v1/donations/{row.id}/trace",
    }


def said_trace(trace: GiftTrace) -> dict[str, Any]:
    """Say what became of a gift."""
    return {
        "total": trace.total_minor or None,
        "stages": trace.by_stage() if trace.total_minor else {},
        "units": trace.units_by_stage(),
        "purchases": [
            {
                "id": str(step.purchase_id),
                "invoice": step.invoice,
                "supplier": step.supplier_zh,
                "value": step.value_minor,
                "at": MomentField().to_representation(step.at),
            }
            for step in trace.purchases
        ],
        "shares": [_share(share, has_value=bool(trace.total_minor)) for share in trace.shares],
        "from_sales": [_share(share, has_value=True) for share in trace.from_sales],
        "note": {
            "zh": "按到账先后顺序对应，并非捐赠人指定。",
            "en": "Assigned in order of arrival, not the donor's choice.",
        },
    }


def _share(share: GiftShare, *, has_value: bool) -> dict[str, Any]:
    return {
        "stage": share.stage,
        "value": share.value_minor if has_value else None,
        "quantity": share.quantity,
        "parcel": grouped(share.parcel_code) if share.parcel_code else None,
        "township": share.township,
        "at": MomentField().to_representation(share.at) if share.at else None,
    }


def _fund(data: dict[str, Any], own: Organisation) -> Fund | None:
    return get_fund(code=data["fund"], organisation=own) if data.get("fund") else None


def _donor(value: Any, own: Organisation) -> Donor | NewDonor:
    if isinstance(value, uuid.UUID):
        return get_donor(donor_id=value, organisation=own)
    return NewDonor(value["kind"], value["name"])
