"""The statement of funds, and management cost against its caps."""

import datetime as dt
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.fields import (
    DayField,
    MomentField,
)
from api.problems import QueryUnknown
from api.v1.proposals import READ
from logistics.funds.caps import management_cost_against_cap
from logistics.funds.statements import Statement, by_basis, statement_of_funds
from logistics.parties.reads import get_organisation


class ManagementCostAnswer(serializers.Serializer):
    """A year's management cost against every cap that is known."""

    organisation = serializers.CharField()
    year = serializers.IntegerField()
    spent = serializers.IntegerField()
    years = serializers.ListField(child=serializers.DictField(), help_text="Against the rules for this kind of body.")
    funds = serializers.ListField(child=serializers.DictField(), help_text="Against what was agreed for each fund.")


class StatementAnswer(serializers.Serializer):
    """The funds of each basis, apart."""

    bases = serializers.DictField(
        child=serializers.ListField(child=serializers.DictField()),
        help_text="OWN, AGENCY, APPROPRIATION: what is held for another is never added to what is ours.",
    )


class ManagementCosts(Door):
    """Management cost against its caps."""

    scopes = {"GET": READ}
    query = ("organisation", "year", "as_of", "known_at")

    @documented(
        "Read management cost against its caps",
        "What a year's management cost one organisation, against the rules in force for its kind of body and against "
        "what was agreed for each fund.",
        answers={200: ManagementCostAnswer},
        problems=(422,),
        tag="ledgers",
        query={
            "organisation": "An organisation's code; the key's own without.",
            "year": "The year; this one without.",
            "as_of": "Counts what is booked by this day.",
            "known_at": "Counts what was posted by this moment.",
        },
    )
    def get(self, request: Request) -> Response:
        """Read."""
        wanted, own = request.query_params, self.actor.organisation
        organisation = get_organisation(code=wanted["organisation"], within=own) if "organisation" in wanted else own
        year = _year(wanted["year"]) if "year" in wanted else timezone.localdate().year
        found = management_cost_against_cap(organisation, year, day_of(request, "as_of"), moment_of(request))
        return Response(
            {
                "organisation": organisation.code,
                "year": year,
                "spent": found.spent_minor,
                "years": [
                    {
                        "basis": cap.basis or None,
                        "base": cap.base,
                        "base_amount": cap.base_minor,
                        "per_mille": cap.per_mille,
                        "free": cap.free_minor,
                        "cap": cap.cap_minor,
                        "spent": cap.spent_minor,
                        "is_within": cap.is_within,
                        "source": cap.source,
                        "is_example": cap.is_example,
                        "in_force_from": cap.in_force_from.isoformat(),
                    }
                    for cap in found.years
                ],
                "funds": [
                    {
                        "fund": cap.fund_code,
                        "source": cap.source,
                        "base_amount": cap.base_minor,
                        "per_mille": cap.per_mille,
                        "cap": cap.cap_minor,
                        "spent": cap.spent_minor,
                        "is_within": cap.is_within,
                    }
                    for cap in found.funds
                ],
            }
        )


class FundStatements(Door):
    """The statement of funds."""

    scopes = {"GET": READ}
    query = ("organisation", "from", "to", "known_at")

    @documented(
        "Read the statement of funds",
        "Received, spent, given, handed down, costs, refunds and balance of each fund, in minor units; OWN, AGENCY and "
        "APPROPRIATION apart. Opening plus all in minus all out is the balance.",
        answers={200: StatementAnswer},
        problems=(422,),
        tag="ledgers",
        query={
            "organisation": "An organisation's code; the key's own without.",
            "from": "First day of the books.",
            "to": "Last day of the books.",
            "known_at": "Counts what was posted by this moment.",
        },
    )
    def get(self, request: Request) -> Response:
        """Read."""
        wanted, own = request.query_params, self.actor.organisation
        rows = statement_of_funds(
            get_organisation(code=wanted["organisation"], within=own) if "organisation" in wanted else own,
            from_on=day_of(request, "from"),
            to_on=day_of(request, "to"),
            known_at=moment_of(request),
        )
        return Response({"bases": {basis: [_line(row) for row in kept] for basis, kept in by_basis(rows).items()}})


def day_of(request: Request, name: str) -> dt.date | None:
    """Read a day from the query. Refuses QueryUnknown."""
    try:
        return DayField().to_internal_value(request.query_params[name]) if name in request.query_params else None
    except serializers.ValidationError:
        raise QueryUnknown(parameter=name) from None


def moment_of(request: Request, name: str = "known_at") -> dt.datetime | None:
    """Read a moment from the query. Refuses QueryUnknown."""
    try:
        return MomentField().to_internal_value(request.query_params[name]) if name in request.query_params else None
    except serializers.ValidationError:
        raise QueryUnknown(parameter=name) from None


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4 and int(text) > 1):
        raise QueryUnknown(parameter="year")
    return int(text)


def _line(row: Statement) -> dict[str, Any]:
    return {
        "fund": row.fund_code,
        "currency": row.currency,
        "is_money": row.is_money,
        "start": row.start_minor,
        "in": dict(row.lines_in),
        "out": dict(row.lines_out),
        "costs": dict(row.costs),
        "balance": row.balance_minor,
    }
