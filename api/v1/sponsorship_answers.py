"""What the API says of sponsorships: by ids to those who look after them, by an alias to the sponsor."""

from typing import Any

from rest_framework import serializers

from api.fields import DayField, MomentField
from logistics.sponsorships.models import Direction, EndReason, Sponsorship, Stage
from logistics.sponsorships.reads import LetterView, SponsorshipView, YearView

YEAR_STATES = ("DUE", "OVERDUE", "PLANNED", "PAID")
LETTER_STATES = ("WAITING", "RELEASED", "KEPT_BACK", "WITHDRAWN")
_moment, _day = MomentField().to_representation, DayField().to_representation


class YearAnswer(serializers.Serializer):
    """One year: when its grant is due and how it stands."""

    year = serializers.IntegerField()
    due_on = DayField()
    state = serializers.ChoiceField(choices=YEAR_STATES)


class GrantedYearAnswer(YearAnswer):
    """One year with its grant."""

    grant = serializers.UUIDField(allow_null=True)


class LetterAnswer(serializers.Serializer):
    """A letter; its words are there for who said why they need them."""

    id = serializers.UUIDField()
    direction = serializers.ChoiceField(choices=Direction.choices)
    state = serializers.ChoiceField(choices=LETTER_STATES)
    recorded_at = MomentField()
    withdrawn_at = MomentField(allow_null=True)
    text = serializers.CharField(allow_null=True, help_text="As it came.")
    decided = serializers.CharField(
        allow_null=True, help_text="As it was released, or why it was kept back or withdrawn."
    )


class ReleasedLetterAnswer(serializers.Serializer):
    """A letter in the words in which it was released."""

    id = serializers.UUIDField()
    direction = serializers.ChoiceField(choices=Direction.choices)
    text = serializers.CharField()
    recorded_at = MomentField()


class SponsorshipAnswer(serializers.Serializer):
    """A sponsorship as it began."""

    id = serializers.UUIDField()
    organisation = serializers.CharField()
    fund = serializers.CharField()
    donor = serializers.CharField(help_text="The sponsor's reference.")
    household = serializers.UUIDField()
    member = serializers.UUIDField()
    alias = serializers.CharField()
    yearly = serializers.DictField()
    started_on = DayField()


class SponsorshipViewAnswer(SponsorshipAnswer):
    """A sponsorship as it stands."""

    stage = serializers.ChoiceField(choices=Stage.choices)
    end_reason = serializers.ChoiceField(choices=EndReason.choices, allow_null=True)
    ended_on = DayField(allow_null=True)
    thanks = serializers.CharField(allow_null=True)
    years = serializers.ListField(child=GrantedYearAnswer())
    letters = serializers.ListField(child=LetterAnswer())


class SponsorViewAnswer(serializers.Serializer):
    """What a sponsor sees."""

    alias = serializers.CharField()
    stage = serializers.ChoiceField(choices=Stage.choices)
    started_on = DayField()
    ended_on = DayField(allow_null=True)
    thanks = serializers.CharField(allow_blank=True)
    years = serializers.ListField(child=YearAnswer())
    letters = serializers.ListField(child=ReleasedLetterAnswer())


def said(row: Sponsorship) -> dict[str, Any]:
    """Say a sponsorship as it began."""
    return {
        "id": str(row.id),
        "organisation": row.organisation.code,
        "fund": row.fund.code,
        "donor": row.donor.reference,
        "household": str(row.member.household_id),
        "member": str(row.member_id),
        "alias": row.alias,
        "yearly": {"amount": row.yearly_minor, "currency": row.currency},
        "started_on": _day(row.started_on),
    }


def said_view(row: Sponsorship, view: SponsorshipView, *, is_shown: bool) -> dict[str, Any]:
    """Say a sponsorship as it stands, with what was written where it is shown."""
    return {
        **said(row),
        "stage": view.stage,
        "end_reason": view.end_reason or None,
        "ended_on": _day(view.ended_on) if view.ended_on else None,
        "thanks": view.thanks if is_shown else None,
        "years": [{**_year(one), "grant": str(one.grant_id) if one.grant_id else None} for one in view.years],
        "letters": [_letter(one, is_shown=is_shown) for one in view.letters],
    }


def said_to_sponsor(row: Sponsorship, view: SponsorshipView) -> dict[str, Any]:
    """Say a sponsorship to its sponsor."""
    return {
        "alias": row.alias,
        "stage": view.stage,
        "started_on": _day(row.started_on),
        "ended_on": _day(view.ended_on) if view.ended_on else None,
        "thanks": view.thanks,
        "years": [_year(one) for one in view.years],
        "letters": [
            {
                "id": str(one.letter_id),
                "direction": one.direction,
                "text": one.decided,
                "recorded_at": _moment(one.recorded_at),
            }
            for one in view.letters
        ],
    }


def _year(one: YearView) -> dict[str, Any]:
    return {"year": one.year, "due_on": _day(one.due_on), "state": one.state}


def _letter(one: LetterView, *, is_shown: bool) -> dict[str, Any]:
    return {
        "id": str(one.letter_id),
        "direction": one.direction,
        "state": one.state,
        "recorded_at": _moment(one.recorded_at),
        "withdrawn_at": _moment(one.withdrawn_at) if one.withdrawn_at else None,
        "text": one.text if is_shown else None,
        "decided": one.decided if is_shown else None,
    }
