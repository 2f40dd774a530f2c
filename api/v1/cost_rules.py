"""Rules on what management may cost in a year."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import (
    ChoiceTextField,
    DayField,
    StrictSerializer,
    TextField,
    TruthField,
    WholeField,
)
from api.pages import page_of
from api.v1.proposals import READ, WRITE
from logistics.funds.cost_rules import PER_MILLE, record_cost_rule
from logistics.funds.models import Basis
from logistics.funds.money_models import CapBase, CostRule
from logistics.kernel.money import AMOUNT_MINOR_MAX
from logistics.parties.models import OrganisationKind


class CostRuleInput(StrictSerializer):
    """How much management may cost in a year, for one kind of body."""

    organisation_kind = ChoiceTextField(choices=OrganisationKind.choices)
    basis = ChoiceTextField(choices=Basis.choices, required=False, allow_null=True, default=None)
    base = ChoiceTextField(choices=CapBase.choices)
    per_mille = WholeField(least=0, most=PER_MILLE)
    free = WholeField(least=0, most=AMOUNT_MINOR_MAX, required=False, default=0, help_text="Fen free of the cap.")
    source = TextField(length=500, help_text="Which law, order or decision says so.")  # type: ignore[assignment]  # -- its name
    is_example = TruthField(required=False, default=False)
    in_force_from = DayField()


class CostRuleAnswer(serializers.Serializer):
    """A rule on management cost, in force from a day until a later one takes over."""

    id = serializers.UUIDField()
    organisation_kind = serializers.CharField()
    basis = serializers.CharField(allow_null=True, help_text="null: all money.")
    base = serializers.ChoiceField(choices=CapBase.choices)
    per_mille = serializers.IntegerField()
    free = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # -- its name
    is_example = serializers.BooleanField()
    in_force_from = serializers.DateField()


class CostRules(Door):
    """Rules on management cost."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = True

    @documented(
        "List cost rules", "Newest first.", answers={200: paged(CostRuleAnswer, "CostRule")}, tag="funds", query=PAGING
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, CostRule.objects.order_by("-id"), _rule)

    @documented(
        "Record a cost rule",
        "What a law or a higher body allows management to cost in a year, with the text that says so. A later rule "
        "for the same kind of body and basis takes over from its day on.",
        request=CostRuleInput,
        answers={201: CostRuleAnswer},
        problems=(409, 413, 415, 422),
        tag="funds",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Record."""
        data = self.read(CostRuleInput)
        row = record_cost_rule(
            actor=self.actor,
            organisation_kind=data["organisation_kind"],
            basis=data["basis"] or "",
            base=data["base"],
            per_mille=data["per_mille"],
            free_minor=data["free"],
            source=data["source"],
            is_example=data["is_example"],
            in_force_from=data["in_force_from"],
            now=timezone.now(),
        )
        return Response(_rule(row), status=201)


def _rule(row: CostRule) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "organisation_kind": row.organisation_kind,
        "basis": row.basis or None,
        "base": row.base,
        "per_mille": row.per_mille,
        "free": row.free_minor,
        "source": row.source,
        "is_example": row.is_example,
        "in_force_from": row.in_force_from.isoformat(),
    }
