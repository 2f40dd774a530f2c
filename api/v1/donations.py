"""Gifts of money and of goods."""

import uuid
from functools import cache
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, REFUSED_ITEM, Door, documented, paged, reader_of, refused_item
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
from api.v1.donation_answers import DonationAnswer, GiftTraceAnswer, said, said_trace
from logistics.donations.access import visible_donations
from logistics.donations.actions import record_money_donation
from logistics.donations.bill_reads import with_bill
from logistics.donations.goods import LINES_MAX, LineInput, record_goods_donation
from logistics.donations.many import AskedGift, record_gifts_apart
from logistics.donations.models import Channel
from logistics.donations.pledge_reads import get_pledge
from logistics.donations.reads import donations_with_names, get_donation
from logistics.funds.models import Fund
from logistics.funds.reads import get_fund
from logistics.kernel.refusals import Refusal
from logistics.ledgers.traces import trace_of_gift
from logistics.parties.actions import NewDonor
from logistics.parties.models import Donor, DonorKind, Organisation, Programme
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


_new_donor = reader_of(NewDonorInput)
_NEW_DONOR = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 120},
        "kind": {"type": "string", "enum": DonorKind.values},
    },
    "required": ["name", "kind"],
    "additionalProperties": False,
}


@extend_schema_field({"oneOf": [{"type": "string", "format": "uuid"}, _NEW_DONOR]})
class DonorField(serializers.Field):
    """A donor's id, or `{"name", "kind"}`."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the id, or the name and kind."""
        if isinstance(data, str):
            return IdField().to_internal_value(data)
        return _new_donor(data)


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
    pledge = IdField(required=False, allow_null=True, default=None, help_text="The pledge that this gift keeps.")


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
        gift = _Finder(self.actor.organisation).gift(self.read(MoneyDonationInput))
        row, is_new = record_money_donation(actor=self.actor, **vars(gift), now=timezone.now())
        return Response(said(row), status=201 if is_new else 200)

    def answer_items(self, request: Request, items: list[Any]) -> list[dict[str, Any]]:
        """Answer gifts in order, each as if it had come alone, though they are recorded together."""
        finder, answers, asked = _Finder(self.actor.organisation), {}, {}
        read = reader_of(MoneyDonationInput)
        for index, item in enumerate(items):
            try:
                asked[index] = finder.gift(read(item))
            except REFUSED_ITEM as error:
                answers[index] = refused_item(request, index, error)
        found = record_gifts_apart(actor=self.actor, asked=list(asked.values()), now=timezone.now())
        for index, answer in zip(asked, found, strict=True):
            if isinstance(answer, Refusal):
                answers[index] = refused_item(request, index, answer)
            else:
                row, is_new = answer
                answers[index] = {"index": index, "status": 201 if is_new else 200, "id": str(row.id)}
        return [answers[index] for index in range(len(items))]


class _Finder:
    """Finds what gifts name, each thing once."""

    def __init__(self, own: Organisation) -> None:
        self._programme = cache(lambda code: get_programme(code=code, organisation=own))
        self._fund = cache(lambda code: get_fund(code=code, organisation=own))
        self._pledge = cache(lambda pledge_id: get_pledge(pledge_id=pledge_id, organisation=own, pointer="/pledge"))
        self._donor = cache(lambda donor_id: get_donor(donor_id=donor_id, organisation=own))

    def gift(self, data: dict[str, Any]) -> AskedGift:
        """Return the gift that a form asks for. Refuses ProgrammeMissing, FundMissing, DonorMissing, PledgeMissing."""
        programme: Programme = self._programme(data["programme"])
        fund: Fund | None = self._fund(data["fund"]) if data.get("fund") else None
        giver = data["donor"]
        return AskedGift(
            programme=programme,
            fund=fund,
            donor=self._donor(giver) if isinstance(giver, uuid.UUID) else NewDonor(giver["kind"], giver["name"]),
            amount_minor=data["money"]["amount"],
            currency=data["money"]["currency"],
            received_at=data["received_at"],
            channel=data["channel"],
            reference=data["reference"],
            is_anonymous=data["anonymous"],
            note=data["note"],
            pledge=self._pledge(data["pledge"]) if data["pledge"] else None,
        )


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
            fund=chosen_fund(data, own),
            donor=chosen_donor(data["donor"], own),
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


def chosen_fund(data: dict[str, Any], own: Organisation) -> Fund | None:
    """Return the fund that a form names, if any. Refuses FundMissing."""
    return get_fund(code=data["fund"], organisation=own) if data.get("fund") else None


def chosen_donor(value: Any, own: Organisation) -> Donor | NewDonor:
    """Return the donor that a form names. Refuses DonorMissing."""
    if isinstance(value, uuid.UUID):
        return get_donor(donor_id=value, organisation=own)
    return NewDonor(value["kind"], value["name"])
