"""Promises of gifts."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import CodeField, DayField, IdField, MomentField, MoneyField, StrictSerializer, TextField
from api.pages import page_of
from api.problems import QueryUnknown
from api.v1.donations import READ, WRITE, DonorField, chosen_donor, chosen_fund
from logistics.donations.pledge_models import Pledge
from logistics.donations.pledge_reads import (
    STATES,
    get_pledge,
    pledges_in,
    received_of,
    state_of_pledge,
    visible_pledges,
)
from logistics.donations.pledges import match_gift, record_pledge, withdraw_pledge
from logistics.donations.reads import get_donation
from logistics.parties.reads import get_programme

PROBLEMS = (409, 413, 415, 422)


class PledgeInput(StrictSerializer):
    """A promise of money."""

    programme = CodeField()
    fund = CodeField(required=False)
    donor = DonorField(help_text='A donor\'s id, or {"name", "kind": PERSON|ORGANISATION}.')
    money = MoneyField()
    pledged_on = DayField()
    due_on = DayField(required=False, allow_null=True, default=None)
    reference = TextField(length=120, help_text="The caller's own number for this pledge, unique for ever.")
    note = TextField(length=500, required=False, allow_blank=True, default="")


class WithdrawnInput(StrictSerializer):
    """Why a promise will not be kept."""

    reason = TextField(length=200)


class MatchedInput(StrictSerializer):
    """Which gift kept it."""

    donation = IdField()


class PledgeAnswer(serializers.Serializer):
    """A promise and what came of it."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=STATES)
    programme = serializers.CharField()
    fund = serializers.CharField(allow_null=True)
    donor = serializers.CharField(help_text="The donor's reference, never the name.")
    amount = serializers.IntegerField()
    received = serializers.IntegerField(help_text="The sum of its gifts.")
    currency = serializers.CharField()
    pledged_on = DayField()
    due_on = DayField(allow_null=True)
    reference = serializers.CharField()
    gifts = serializers.ListField(child=serializers.UUIDField(), help_text="The gifts that kept it.")
    recorded_at = MomentField()
    withdrawn_at = MomentField(allow_null=True)


class Pledges(Door):
    """Pledges."""

    scopes = {**READ, **WRITE}
    is_list = posts_to_books = True
    query = ("state", "programme", "donor")

    @documented(
        "List pledges",
        "Newest first, with what came of each.",
        answers={200: paged(PledgeAnswer, "Pledge")},
        tag="donations",
        query={
            "state": "OPEN, OVERDUE, FULFILLED or WITHDRAWN.",
            "programme": "A programme's code.",
            "donor": "A donor's reference.",
            **PAGING,
        },
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows, asked = visible_pledges(self.actor.organisation), request.query_params
        if "state" in asked:
            if asked["state"] not in STATES:
                raise QueryUnknown(parameter="state")
            rows = pledges_in(rows, asked["state"], timezone.localdate())
        named = {"programme": "programme__code", "donor": "donor__reference"}
        rows = rows.filter(**{column: asked[name] for name, column in named.items() if name in asked})
        return page_of(request, rows.prefetch_related("gifts"), _said)

    @documented(
        "Record a pledge",
        "Nothing is booked: only what comes is. A gift names its pledge, or is matched to it later.",
        request=PledgeInput,
        answers={201: PledgeAnswer, 200: PledgeAnswer},
        problems=PROBLEMS,
        tag="donations",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Record."""
        data, own = self.read(PledgeInput), self.actor.organisation
        row, is_new = record_pledge(
            actor=self.actor,
            programme=get_programme(code=data["programme"], organisation=own),
            fund=chosen_fund(data, own),
            donor=chosen_donor(data["donor"], own),
            amount_minor=data["money"]["amount"],
            currency=data["money"]["currency"],
            pledged_on=data["pledged_on"],
            due_on=data["due_on"],
            reference=data["reference"],
            note=data["note"],
            now=timezone.now(),
        )
        return Response(_said(self.pledge(row.id)), status=201 if is_new else 200)

    def pledge(self, pledge_id: uuid.UUID) -> Pledge:
        """Return the pledge with what came of it."""
        return get_pledge(pledge_id=pledge_id, organisation=self.actor.organisation)


class OnePledge(Door):
    """One pledge."""

    scopes = READ

    @documented("Read a pledge", "By its id.", answers={200: PledgeAnswer}, tag="donations")
    def get(self, request: Request, pledge_id: uuid.UUID) -> Response:
        """Read."""
        return Response(_said(get_pledge(pledge_id=pledge_id, organisation=self.actor.organisation)))


class WithdrawnPledges(Door):
    """Pledges withdrawn."""

    scopes = WRITE

    @documented(
        "Withdraw a pledge",
        "No more will come; what came stands.",
        request=WithdrawnInput,
        answers={200: PledgeAnswer},
        problems=PROBLEMS,
        tag="donations",
        is_repeatable=True,
    )
    def post(self, request: Request, pledge_id: uuid.UUID) -> Response:
        """Withdraw."""
        own, reason = self.actor.organisation, self.read(WithdrawnInput)["reason"]
        row = get_pledge(pledge_id=pledge_id, organisation=own)
        withdraw_pledge(pledge=row, reason=reason, now=timezone.now())
        return Response(_said(get_pledge(pledge_id=pledge_id, organisation=own)))


class MatchedGifts(Door):
    """Gifts matched to pledges."""

    scopes = WRITE

    @documented(
        "Match a gift to a pledge",
        "A gift of money of the same donor, programme and currency; each gift keeps one pledge.",
        request=MatchedInput,
        answers={200: PledgeAnswer},
        problems=PROBLEMS,
        tag="donations",
        is_repeatable=True,
    )
    def post(self, request: Request, pledge_id: uuid.UUID) -> Response:
        """Match."""
        own, donation_id = self.actor.organisation, self.read(MatchedInput)["donation"]
        row = get_pledge(pledge_id=pledge_id, organisation=own)
        donation = get_donation(donation_id=donation_id, organisation=own)
        match_gift(actor=self.actor, pledge=row, donation=donation, now=timezone.now())
        return Response(_said(get_pledge(pledge_id=pledge_id, organisation=own)))


def _said(row: Pledge) -> dict[str, Any]:
    moment = MomentField().to_representation
    return {
        "id": str(row.id),
        "state": state_of_pledge(row, timezone.localdate()),
        "programme": row.programme.code,
        "fund": row.fund.code if row.fund else None,
        "donor": row.donor.reference,
        "amount": row.amount_minor,
        "received": received_of(row),
        "currency": row.currency,
        "pledged_on": row.pledged_on.isoformat(),
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "reference": row.reference,
        "gifts": sorted(str(gift.donation_id) for gift in row.gifts.all()),
        "recorded_at": moment(row.recorded_at),
        "withdrawn_at": moment(row.withdrawn_at) if row.withdrawn_at else None,
    }
