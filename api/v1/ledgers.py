"""Ledgers and traces, read only."""

import datetime as dt
from typing import Any

from django.http import StreamingHttpResponse
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented
from api.fields import DayField, MomentField
from api.pages import answer_page, cursor_of, limit_of
from api.problems import QueryUnknown
from api.v1.donations import said_trace
from logistics.codes.reads import CodeMissing, get_code
from logistics.donations.reads import get_donation
from logistics.funds.reads import get_fund
from logistics.kernel.codes import grouped
from logistics.ledgers.reads import as_csv, as_jsonl, get_ledger, page_of_ledger
from logistics.ledgers.scope import LedgerScope
from logistics.ledgers.traces import ParcelTrace, trace_of_gift, trace_of_parcel
from logistics.parcels.models import Parcel
from logistics.parcels.reads import get_parcel
from logistics.parties.models import Organisation
from logistics.parties.reads import get_organisation, get_programme

READ = {"GET": ("ledgers:read",)}
FILTERS = ("programme", "fund", "organisation", "place", "from", "to", "format")
# A whole JSON document is for programs; pages are for people and for those who poll.
FILES = {"csv": (as_csv, "text/csv; charset=utf-8"), "jsonl": (as_jsonl, "application/jsonl")}


class LedgerAnswer(serializers.Serializer):
    """A page of a ledger with the figures over the whole of it."""

    summary = serializers.DictField()
    items = serializers.ListField(child=serializers.DictField())
    next_cursor = serializers.CharField(allow_null=True)


class ParcelTraceAnswer(serializers.Serializer):
    """Every gift in a parcel, and what no donor gave: an opening balance, interest."""

    parcel = serializers.CharField()
    value = serializers.IntegerField()
    gifts = serializers.ListField(child=serializers.DictField())
    others = serializers.ListField(child=serializers.DictField())


class Ledgers(Door):
    """Ledgers."""

    scopes, is_list, query = READ, True, FILTERS

    @documented(
        "Read a ledger",
        "`distribution`, `donations`, `funds` or `stock`. JSON comes in pages; `format=csv` and `format=jsonl` "
        "stream the whole.",
        answers={200: LedgerAnswer},
        problems=(422,),
        tag="ledgers",
        query={
            "programme": "A programme's code.",
            "fund": "A fund's code.",
            "organisation": "An organisation's code.",
            "place": "A township.",
            "from": "First day.",
            "to": "Last day.",
            "format": "json, jsonl or csv.",
            **PAGING,
        },
    )
    def get(self, request: Request, name: str) -> Response | StreamingHttpResponse:
        """Read."""
        ledger = get_ledger(name)
        scope = scope_of(request.query_params.dict(), self.actor.organisation)
        form = request.query_params.get("format", "json")
        if form in FILES:
            write, media_type = FILES[form]
            headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
            return StreamingHttpResponse(write(ledger, scope), content_type=media_type, headers=headers)
        if form != "json":
            raise QueryUnknown(parameter="format")
        items, last = page_of_ledger(ledger, scope, after=cursor_of(request), limit=limit_of(request))
        return answer_page(request, items, last, summary=ledger.summary(scope))


class Traces(Door):
    """Traces."""

    scopes = READ

    @documented(
        "Trace a code",
        "From a parcel back to every gift in it, or from a gift's code forward.",
        answers={200: ParcelTraceAnswer},
        problems=(422,),
        tag="ledgers",
    )
    def get(self, request: Request, code: str) -> Response:
        """Trace."""
        row, own = get_code(code), self.actor.organisation
        if row.kind == "PARCEL":
            parcel = get_parcel(key=str(row.subject_id), organisation=own)
            return Response(_said(parcel, trace_of_parcel(parcel)))
        if row.kind == "ACKNOWLEDGEMENT":
            return Response(said_trace(trace_of_gift(get_donation(donation_id=row.subject_id, organisation=own))))
        raise CodeMissing


def scope_of(params: dict[str, str], own: Organisation) -> LedgerScope:
    """Read the filters of a ledger. Refuses unknown codes and days that are none."""
    organisation = get_organisation(code=params["organisation"], within=own) if params.get("organisation") else own
    return LedgerScope(
        organisation=organisation,
        programme=get_programme(code=params["programme"], organisation=own) if params.get("programme") else None,
        fund=get_fund(code=params["fund"], organisation=own) if params.get("fund") else None,
        place=params.get("place", ""),
        from_on=_day(params, "from"),
        to_on=_day(params, "to"),
    )


def _day(params: dict[str, str], name: str) -> dt.date | None:
    try:
        return DayField().to_internal_value(params[name]) if params.get(name) else None
    except ValidationError:
        raise QueryUnknown(parameter=name) from None


def _said(parcel: Parcel, trace: ParcelTrace) -> dict[str, Any]:
    return {
        "parcel": grouped(parcel.code.text),
        "value": trace.value_minor,
        "gifts": [
            {
                "donation": gift.donation_code,
                "donor": gift.donor_reference,
                "value": gift.value_minor,
                "quantity": gift.quantity,
                "received_at": MomentField().to_representation(gift.received_at),
            }
            for gift in trace.gifts
        ],
        "others": [
            {
                "kind": other.kind,
                "entry": str(other.entry_id),
                "value": other.value_minor,
                "quantity": other.quantity,
                "at": MomentField().to_representation(other.occurred_at),
            }
            for other in trace.others
        ],
    }
