"""What a programme asks of whom it lists, and what weighs how much in its ranking."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.fields import DayField, MomentField, StrictSerializer, TextField, WholeField
from api.problems import IfMatchStale
from api.v1.applications import NEEDS, PROBLEMS
from api.v1.changes import etag_of, matched
from logistics.journal.revisions import REASON_LENGTH_MAX, RevisionStale
from logistics.kernel.admission import Rules
from logistics.lists.models import ProgrammeRules, Stage, WeightsRevision
from logistics.lists.rule_checks import NOTICE_DAYS_MAX
from logistics.lists.rule_models import ROUND_LENGTH_MAX
from logistics.lists.rule_reads import get_rules
from logistics.lists.rules import change_rules, register_rules
from logistics.lists.unmet import preview_rules
from logistics.lists.weight_reads import get_weights, weights_of
from logistics.lists.weights import approve_weights, propose_weights, reject_weights
from logistics.parties.models import Programme
from logistics.parties.proposals import ProposalState
from logistics.parties.reads import get_programme

ADMIN = ("admin",)
ELIGIBILITY_WORDS = (
    "Any of `hardships`, `sexes`, `age_from`, `age_to`, `divisions`, `not_served_days`, `needs_consent`, `not_with`"
    " (programme and days); empty is anybody."
)


class RulesChangeInput(StrictSerializer):
    """What a programme asks, as far as it changes, and why."""

    round = TextField(length=ROUND_LENGTH_MAX)
    notice_days = WholeField(least=1, most=NOTICE_DAYS_MAX)
    eligibility = serializers.DictField(help_text=ELIGIBILITY_WORDS)
    hours_per_stage = serializers.DictField(help_text="Hours for " + ", ".join(Stage.values) + ".")
    reason = TextField(length=REASON_LENGTH_MAX)


class RulesInput(StrictSerializer):
    """What a programme asks."""

    round = TextField(length=ROUND_LENGTH_MAX)
    notice_days = WholeField(least=1, most=NOTICE_DAYS_MAX)
    eligibility = serializers.DictField(required=False, default=dict, help_text=ELIGIBILITY_WORDS)
    hours_per_stage = serializers.DictField(required=False, default=dict)


class RulesAnswer(serializers.Serializer):
    """What a programme asks of whom it lists."""

    programme = serializers.CharField()
    round = serializers.CharField()
    notice_days = serializers.IntegerField()
    eligibility = serializers.DictField()
    hours_per_stage = serializers.DictField()


class RulesPreviewInput(StrictSerializer):
    """Other rules, to be tried out."""

    eligibility = serializers.DictField(help_text=ELIGIBILITY_WORDS)


class RulesPreviewAnswer(serializers.Serializer):
    """What other rules would do to applications that are open; at most a hundred are named."""

    open = serializers.IntegerField()
    shut_out = serializers.IntegerField()
    let_in = serializers.IntegerField()
    shut_out_applications = serializers.ListField(child=serializers.DictField())


class WeightsInput(StrictSerializer):
    """Points for each hardship, each degree of urgency, each thirty days of waiting and since the last help."""

    weights = serializers.DictField()
    in_force_from = DayField()
    reason = TextField(length=REASON_LENGTH_MAX)


class WeightsAnswer(serializers.Serializer):
    """A revision of the weights."""

    number = serializers.IntegerField()
    programme = serializers.CharField()
    weights = serializers.DictField()
    in_force_from = DayField()
    reason = serializers.CharField()
    state = serializers.ChoiceField(choices=ProposalState.choices)
    proposed_at = MomentField()
    decided_at = MomentField(allow_null=True)


class WeightsListAnswer(serializers.Serializer):
    """All revisions, newest first."""

    items = serializers.ListField(child=WeightsAnswer())


class OneProgrammeDoor(Door):
    """A door of one programme."""

    def programme(self, code: str) -> Programme:
        """Return the programme."""
        return get_programme(code=code, organisation=self.actor.organisation)


class ListRules(OneProgrammeDoor):
    """The rules of a programme's lists."""

    scopes = {"GET": (*NEEDS, *ADMIN), "POST": ADMIN, "PATCH": ADMIN}

    @documented("Read the rules of lists", "With the ETag.", answers={200: RulesAnswer}, problems=(409,), tag="lists")
    def get(self, request: Request, code: str) -> Response:
        """Read."""
        row = get_rules(self.programme(code))
        return Response(_said(row), headers={"ETag": etag_of(row)})

    @documented(
        "Set the rules of lists",
        "For the first time, by the body that owns the programme.",
        request=RulesInput,
        answers={201: RulesAnswer},
        problems=PROBLEMS,
        tag="lists",
        is_repeatable=True,
    )
    def post(self, request: Request, code: str) -> Response:
        """Set."""
        data = self.read(RulesInput)
        data["round_name"] = data.pop("round")
        cause = self.actor.cause(timezone.now())
        row = register_rules(actor=self.actor, programme=self.programme(code), cause=cause, **data)
        return Response(_said(row), status=201, headers={"ETag": etag_of(row)})

    @documented(
        "Change the rules of lists",
        "A JSON merge patch with `If-Match` and a `reason`; open applications are judged by the new rules.",
        request=RulesChangeInput,
        answers={200: RulesAnswer},
        problems=(409, 412, 413, 415, 422, 428),
        tag="lists",
    )
    def patch(self, request: Request, code: str) -> Response:
        """Change."""
        row = get_rules(self.programme(code))
        number = matched(request, row)
        data = self.read(RulesChangeInput, is_patch=True)
        cause = self.actor.cause(timezone.now(), data.pop("reason", ""))
        if "round" in data:
            data["round_name"] = data.pop("round")
        try:
            changed = change_rules(actor=self.actor, rules=row, changes=data, cause=cause, number=number)
        except RevisionStale:
            raise IfMatchStale from None
        return Response(_said(changed), headers={"ETag": etag_of(changed)})


class PreviewedRules(OneProgrammeDoor):
    """Rules tried out."""

    scopes = {"POST": (*NEEDS, *ADMIN)}
    is_once = False

    @documented(
        "Preview rules of lists",
        "Says whom they would shut out of what is open now, and whom they would let in. Nothing is saved.",
        request=RulesPreviewInput,
        answers={200: RulesPreviewAnswer},
        problems=PROBLEMS,
        tag="lists",
    )
    def post(self, request: Request, code: str) -> Response:
        """Preview."""
        data = self.read(RulesPreviewInput)
        row = get_rules(self.programme(code))
        asked, today = Rules.from_json(data["eligibility"]), timezone.localdate()
        found = preview_rules(row, asked, organisation=self.actor.organisation, on=today)
        named = [
            {"application": str(one.application.id), "reference": one.application.reference, "rules": list(one.unmet)}
            for one in found.shut_out
        ]
        counts = {"open": found.open_count, "shut_out": found.shut_out_count, "let_in": found.let_in_count}
        return Response({**counts, "shut_out_applications": named})


class ListWeights(OneProgrammeDoor):
    """The weights of a programme's ranking."""

    scopes = {"GET": (*NEEDS, *ADMIN), "POST": ADMIN}

    @documented("List weights", "Newest first.", answers={200: WeightsListAnswer}, tag="lists")
    def get(self, request: Request, code: str) -> Response:
        """List."""
        rows = WeightsRevision.objects.filter(programme=self.programme(code)).order_by("-number")[:100]
        return Response({"items": [_weights(row) for row in rows.select_related("programme")]})

    @documented(
        "Propose weights",
        "From a day on; nothing changes until another person approves them.",
        request=WeightsInput,
        answers={201: WeightsAnswer},
        problems=PROBLEMS,
        tag="lists",
        is_repeatable=True,
    )
    def post(self, request: Request, code: str) -> Response:
        """Propose."""
        data = self.read(WeightsInput)
        row = propose_weights(
            actor=self.actor,
            programme=self.programme(code),
            weights=weights_of(data["weights"]),
            in_force_from=data["in_force_from"],
            reason=data["reason"],
            now=timezone.now(),
        )
        return Response(_weights(row), status=201)


class ApprovedWeights(OneProgrammeDoor):
    """Weights approved."""

    scopes = {"POST": ADMIN}

    @documented(
        "Approve weights",
        "By another than proposed them.",
        answers={200: WeightsAnswer},
        problems=PROBLEMS,
        tag="lists",
        is_repeatable=True,
    )
    def post(self, request: Request, code: str, number: int) -> Response:
        """Approve."""
        revision = get_weights(programme=self.programme(code), number=number)
        return Response(_weights(approve_weights(actor=self.actor, revision=revision, now=timezone.now())))


class RejectedWeights(OneProgrammeDoor):
    """Weights rejected."""

    scopes = {"POST": ADMIN}

    @documented(
        "Reject weights",
        "Or take back one's own.",
        answers={200: WeightsAnswer},
        problems=PROBLEMS,
        tag="lists",
        is_repeatable=True,
    )
    def post(self, request: Request, code: str, number: int) -> Response:
        """Reject."""
        revision = get_weights(programme=self.programme(code), number=number)
        return Response(_weights(reject_weights(actor=self.actor, revision=revision, now=timezone.now())))


def _said(row: ProgrammeRules) -> dict[str, Any]:
    return {
        "programme": row.programme.code,
        "round": row.round_name,
        "notice_days": row.notice_days,
        "eligibility": row.eligibility,
        "hours_per_stage": row.hours_per_stage,
    }


def _weights(row: WeightsRevision) -> dict[str, Any]:
    return {
        "number": row.number,
        "programme": row.programme.code,
        "weights": row.weights,
        "in_force_from": row.in_force_from.isoformat(),
        "reason": row.reason,
        "state": row.state,
        "proposed_at": row.proposed_at.isoformat(),
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
    }
