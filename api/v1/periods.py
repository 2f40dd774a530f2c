"""Periods of the books: proposed by one, closed by another."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import CodeField, DayField, StrictSerializer
from api.pages import page_of
from logistics.deliveries.closing import close_period
from logistics.journal.models import Period, PeriodState
from logistics.journal.periods import get_period, propose_period, withdraw_period
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.parties.reads import get_organisation

WRITE = ("admin",)


class PeriodInput(StrictSerializer):
    """The last day of the period that is to close; it begins where the last one ended."""

    organisation = CodeField(required=False, allow_null=True, default=None, help_text="The key's own without.")
    ends_on = DayField()


class PeriodAnswer(serializers.Serializer):
    """A period of one organisation's books."""

    id = serializers.UUIDField()
    organisation = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField()
    state = serializers.ChoiceField(choices=PeriodState.choices)
    proposed_at = serializers.DateTimeField()
    proposed_by = serializers.UUIDField()
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_by = serializers.UUIDField(allow_null=True)


class Periods(Door):
    """Periods."""

    scopes = {"GET": (*WRITE, "ledgers:read"), "POST": WRITE}
    is_list = True

    @documented(
        "List periods", "Newest first.", answers={200: paged(PeriodAnswer, "Period")}, tag="ledgers", query=PAGING
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = Period.objects.filter(organisation_id__in=organisation_ids_below(self.actor.organisation))
        return page_of(request, rows.order_by("-id"), _said)

    @documented(
        "Propose a period",
        "Proposes to close the books through a day that is over. Another key or person closes it.",
        request=PeriodInput,
        answers={201: PeriodAnswer},
        problems=(409, 413, 415, 422),
        tag="ledgers",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Propose."""
        data, own = self.read(PeriodInput), self.actor.organisation
        organisation = get_organisation(code=data["organisation"], within=own) if data["organisation"] else own
        row = propose_period(
            organisation_id=organisation.id,
            ends_on=data["ends_on"],
            proposed_by_id=self.actor.holder_id,
            now=timezone.now(),
        )
        return Response(_said(row), status=201)


class _Step(Door):
    """One step of a period."""

    scopes = {"POST": WRITE}

    def period(self, period_id: uuid.UUID) -> Period:
        """Return the period."""
        return get_period(period_id=period_id, organisation_ids=organisation_ids_below(self.actor.organisation))


class ClosedPeriods(_Step):
    """Periods closed."""

    @documented(
        "Close a period",
        "Not by who proposed it, and not while scans wait that the books could not take. Balances freeze; what comes "
        "late is booked on the first open day.",
        request=None,
        answers={200: PeriodAnswer},
        problems=(409, 413, 415, 422),
        tag="ledgers",
        is_repeatable=True,
    )
    def post(self, request: Request, period_id: uuid.UUID) -> Response:
        """Close."""
        row = close_period(actor=self.actor, period=self.period(period_id), now=timezone.now())
        return Response(_said(row))


class WithdrawnPeriods(_Step):
    """Proposals taken back."""

    @documented(
        "Withdraw a period",
        "Takes a proposal back; a closed period stays closed.",
        request=None,
        answers={200: PeriodAnswer},
        problems=(409, 413, 415, 422),
        tag="ledgers",
        is_repeatable=True,
    )
    def post(self, request: Request, period_id: uuid.UUID) -> Response:
        """Withdraw."""
        return Response(_said(withdraw_period(period=self.period(period_id))))


def _said(row: Period) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "organisation": Organisation.objects.values_list("code", flat=True).get(id=row.organisation_id),
        "starts_on": row.starts_on.isoformat() if row.starts_on else None,
        "ends_on": row.ends_on.isoformat(),
        "state": row.state,
        "proposed_at": row.proposed_at.isoformat(),
        "proposed_by": str(row.proposed_by_id),
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
        "closed_by": str(row.closed_by_id) if row.closed_by_id else None,
    }
