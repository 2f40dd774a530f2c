"""Ledgers and traces, read only."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import scopes_of
from api.doors import PAGING, Door, documented
from api.fields import DayField, MomentField
from api.pages import answer_page, cursor_of, limit_of
from api.problems import QueryUnknown, ScopeMissing
from api.v1.donation_answers import said_trace
from logistics.codes.reads import CodeMissing, get_code_within
from logistics.donations.reads import get_donation
from logistics.kernel.codes import grouped
from logistics.ledgers.actions import unmask_ledger
from logistics.ledgers.formats import file_name, get_format
from logistics.ledgers.reads import LEDGERS, get_ledger, page_of_ledger, scope_for
from logistics.ledgers.scope import LedgerScope
from logistics.ledgers.traces import ParcelTrace, trace_of_gift, trace_of_parcel
from logistics.parcels.models import Parcel
from logistics.parcels.reads import get_parcel
from logistics.parties.models import Organisation
from logistics.press.audit_subjects import require_gift_within, require_parcel_within

READ = {"GET": ("ledgers:read",)}
# Naming donors needs the right to read their gifts, too.
UNMASK_SCOPE = "donations:read"
FILTERS = {
    "programme": "A programme's code.",
    "fund": "A fund's code.",
    "organisation": "An organisation's code.",
    "place": "A township; the distribution ledger's alone.",
    "account_kind": "A kind of account that lines touch; the journal's alone.",
    "item": "An item's code or a currency that lines move; the journal's alone.",
    "from": "First day.",
    "to": "Last day.",
    "as_of": "The last day of the books that counts.",
    "known_at": "The last moment that counts: what the books heard of later is left out. At least a minute ago.",
    "format": "One of json, jsonl, csv, xlsx; the journal's also beancount, hledger.",
    "unmask": "true names donors who agreed to be named; needs the scope `donations:read` and a reason.",
    "reason": "Why the names are needed; logged.",
}
# Filters that one ledger alone has.
ONLY_OF = {"place": "distribution", "account_kind": "journal", "item": "journal"}
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
# A plus sign in an address is read as a space.
_LOST_PLUS = re.compile(r" (\d{2}:\d{2})$")


class LedgerAnswer(serializers.Serializer):
    """A page of a ledger with the figures over the whole of it."""

    summary = serializers.DictField()
    items = serializers.ListField(child=serializers.DictField())
    next_cursor = serializers.CharField(allow_null=True)


class ParcelTraceAnswer(serializers.Serializer):
    """Every gift in a parcel, and what no donor gave: an opening balance, interest."""

    parcel = serializers.CharField()
    value = serializers.IntegerField(allow_null=True)
    gifts = serializers.ListField(child=serializers.DictField())
    others = serializers.ListField(child=serializers.DictField())


class Ledgers(Door):
    """Ledgers."""

    scopes, is_list, query = READ, True, tuple(FILTERS)

    @documented(
        "Read a ledger",
        f"One of {', '.join(f'`{name}`' for name in LEDGERS)}. JSON comes in pages; every other format streams the "
        "whole. The same pair of `as_of` and `known_at` gives the same bytes for ever, whatever happens afterwards.",
        answers={200: LedgerAnswer},
        problems=(422,),
        tag="ledgers",
        query={**FILTERS, **PAGING},
    )
    def get(self, request: Request, name: str) -> Response | StreamingHttpResponse:
        """Read."""
        params, now = request.query_params.dict(), timezone.now()
        ledger = get_ledger(name)
        for narrow, only in ONLY_OF.items():
            if params.get(narrow) and name != only:
                raise QueryUnknown(parameter=narrow)
        form = params.get("format", "json")
        chosen = get_format(name, form)
        scope = scope_of(params, self.actor.organisation).require_settled(now).bound_to(self.actor)
        if self._is_unmasked(request):
            scope = unmask_ledger(
                name=name,
                scope=scope,
                asked=params,
                reason=params.get("reason", ""),
                viewer_id=self.actor.holder_id,
                now=now,
            )
        if not chosen.is_paged:
            headers = {"Content-Disposition": f'attachment; filename="{file_name(name, form)}"'}
            parts = chosen.write(ledger, scope)
            return StreamingHttpResponse(parts, content_type=chosen.media_type, headers=headers)
        items, last = page_of_ledger(ledger, scope, after=cursor_of(request), limit=limit_of(request))
        return answer_page(request, items, last, summary=ledger.summary(scope))

    def _is_unmasked(self, request: Request) -> bool:
        wanted = request.query_params.get("unmask", "false")
        if wanted not in _BOOLEANS:
            raise QueryUnknown(parameter="unmask")
        if _BOOLEANS[wanted] and UNMASK_SCOPE not in scopes_of(request):
            raise ScopeMissing(needed=[UNMASK_SCOPE])
        return _BOOLEANS[wanted]


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
        own = self.actor.organisation
        row = get_code_within(code, own)
        if row.kind == "PARCEL":
            parcel = require_parcel_within(self.actor, get_parcel(key=str(row.subject_id), organisation=own))
            return Response(_said(parcel, trace_of_parcel(parcel)))
        if row.kind == "ACKNOWLEDGEMENT":
            gift = require_gift_within(self.actor, get_donation(donation_id=row.subject_id, organisation=own))
            return Response(said_trace(trace_of_gift(gift)))
        raise CodeMissing


def scope_of(params: Mapping[str, str], own: Organisation) -> LedgerScope:
    """Read the filters of a ledger. Refuses unknown codes, and days and moments that are none."""
    return scope_for(
        own=own,
        organisation=params.get("organisation", ""),
        programme=params.get("programme", ""),
        fund=params.get("fund", ""),
        place=params.get("place", ""),
        account_kind=params.get("account_kind", ""),
        item=params.get("item", ""),
        from_on=_read(DayField, params, "from"),
        to_on=_read(DayField, params, "to"),
        as_of=_read(DayField, params, "as_of"),
        known_at=_read(MomentField, params, "known_at"),
    )


def _read(field: type[DayField | MomentField], params: Mapping[str, str], name: str) -> Any:
    try:
        return field().to_internal_value(_LOST_PLUS.sub(r"+\1", params[name])) if params.get(name) else None
    except ValidationError:
        raise QueryUnknown(parameter=name) from None


def _said(parcel: Parcel, trace: ParcelTrace) -> dict[str, Any]:
    return {
        "parcel": grouped(parcel.code.text),
        "value": trace.value_minor or None,
        "gifts": [
            {
                "donation": gift.donation_code,
                "donor": gift.donor_reference,
                "value": gift.value_minor if trace.value_minor else None,
                "quantity": gift.quantity,
                "received_at": MomentField().to_representation(gift.received_at),
            }
            for gift in trace.gifts
        ],
        "others": [
            {
                "kind": other.kind,
                "entry": str(other.entry_id),
                "value": other.value_minor if trace.value_minor else None,
                "quantity": other.quantity,
                "at": MomentField().to_representation(other.occurred_at),
            }
            for other in trace.others
        ],
    }
