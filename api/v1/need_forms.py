"""What the API asks and says of needs."""

from typing import Any

from rest_framework import serializers

from api.fields import (
    ChoiceTextField,
    DayField,
    IdField,
    MomentField,
    StrictSerializer,
    TextField,
    TruthField,
    WholeField,
)
from api.v1.home_visits import VisitNeedField
from logistics.kernel.need_states import STALE, STATES, STEPS
from logistics.needs.actions import ANSWERS, BY_CODE_LENGTH_MAX
from logistics.needs.catalogue import CODE_LENGTH_MAX
from logistics.needs.holders import REASON_LENGTH_MAX
from logistics.needs.models import URGENCY_MAX, MetBy, Need, NeedHolder, NeedStep, Way
from logistics.needs.reads import NeedThread

SHOWN_STATES = (*STATES, STALE)
_MOMENT = MomentField()


class NeedReportInput(VisitNeedField):
    """What a household lacks, reported without a visit. `need_id` may be left out."""

    need_id = IdField(required=False)
    household = IdField()
    programme = TextField(length=40, required=False, allow_blank=True, default="")


class NeedReasonInput(StrictSerializer):
    """Why."""

    reason = TextField(length=REASON_LENGTH_MAX)


class NeedMoveInput(NeedReasonInput):
    """Why a need goes up, or back down."""

    back = TruthField(required=False, default=False, help_text="true hands it back to the body below.")


class NeedConfirmationInput(StrictSerializer):
    """That a need still stands, and how urgent it is now; or, of one that was met, whether it helped."""

    urgency = WholeField(most=URGENCY_MAX, required=False, allow_null=True, default=None)
    helped = TruthField(required=False)
    reason = TextField(length=REASON_LENGTH_MAX, required=False, allow_blank=True, default="")


class NeedReferralInput(NeedReasonInput):
    """To which body, by its code in the catalogue; or what it answered to the last referral, and on which day."""

    body = TextField(length=CODE_LENGTH_MAX, required=False)
    answer = ChoiceTextField(choices=ANSWERS, required=False)
    answered_on = DayField(required=False)


class MetByField(StrictSerializer):
    """What met a need: its kind, id, and the code that people know it by."""

    kind = ChoiceTextField(choices=MetBy.choices)
    id = IdField(required=False)
    code = TextField(length=BY_CODE_LENGTH_MAX, required=False, allow_blank=True, default="")


class NeedMetInput(StrictSerializer):
    """What met a need; OTHER needs a reason."""

    by = MetByField()
    reason = TextField(length=REASON_LENGTH_MAX, required=False, allow_blank=True, default="")


class NeedAnswer(serializers.Serializer):
    """A need as it stands."""

    id = serializers.UUIDField()
    household = serializers.UUIDField()
    household_reference = serializers.CharField()
    township = serializers.CharField()
    member = serializers.UUIDField(allow_null=True)
    programme = serializers.CharField(allow_null=True)
    kind = serializers.CharField()
    urgency = serializers.IntegerField()
    size = serializers.CharField(allow_blank=True)
    age_years = serializers.IntegerField(allow_null=True)
    quantity = serializers.IntegerField()
    state = serializers.ChoiceField(choices=SHOWN_STATES)
    has_helped = serializers.BooleanField(allow_null=True)
    holder = serializers.CharField()
    held_since = serializers.DateTimeField()
    reported_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField()


class NeedStepAnswer(serializers.Serializer):
    """One step of a need. `text` is there for who said why they need to read it."""

    step = serializers.ChoiceField(choices=STEPS)
    happened_at = serializers.DateTimeField()
    visit = serializers.UUIDField(allow_null=True)
    body = serializers.CharField(allow_blank=True)
    by = serializers.DictField(allow_null=True)
    text = serializers.CharField(allow_null=True)


class NeedHolderAnswer(serializers.Serializer):
    """Who held a need since when, and how it came there."""

    holder = serializers.CharField()
    way = serializers.ChoiceField(choices=Way.choices)
    since = serializers.DateTimeField()
    text = serializers.CharField(allow_null=True)


class NeedThreadAnswer(NeedAnswer):
    """A need with everything that happened to it, oldest first."""

    escalates_at = serializers.DateTimeField(allow_null=True)
    stale_at = serializers.DateTimeField()
    steps = serializers.ListField(child=NeedStepAnswer())
    holders = serializers.ListField(child=NeedHolderAnswer())


def said(state: str, row: Need) -> dict[str, Any]:
    """Say a need that stands in `state`."""
    return {
        "id": str(row.id),
        "household": str(row.household_id),
        "household_reference": row.household.reference,
        "township": row.household.township,
        "member": str(row.member_id) if row.member_id else None,
        "programme": row.programme.code if row.programme else None,
        "kind": row.kind,
        "urgency": row.urgency,
        "size": row.size,
        "age_years": row.age_years,
        "quantity": row.quantity,
        "state": state,
        "has_helped": row.has_helped,
        "holder": row.holder.code,
        "held_since": _MOMENT.to_representation(row.held_since),
        "reported_at": _MOMENT.to_representation(row.reported_at),
        "confirmed_at": _MOMENT.to_representation(row.confirmed_at),
    }


def said_thread(thread: NeedThread) -> dict[str, Any]:
    """Say a need with everything that happened to it."""
    return {
        **said(thread.state, thread.need),
        "escalates_at": _MOMENT.to_representation(thread.escalates_at) if thread.escalates_at else None,
        "stale_at": _MOMENT.to_representation(thread.stale_at),
        "steps": [_step(thread, row) for row in thread.steps],
        "holders": [_holder(thread, row) for row in thread.holders],
    }


def _step(thread: NeedThread, row: NeedStep) -> dict[str, Any]:
    texts = thread.texts.get(row.id, {})
    by = {"kind": row.by_kind, "id": str(row.by_id) if row.by_id else None, "code": row.by_code}
    return {
        "step": row.step,
        "happened_at": _MOMENT.to_representation(row.happened_at),
        "visit": str(row.visit_id) if row.visit_id else None,
        "body": row.body,
        "by": by if row.by_kind else None,
        "text": texts.get("text") or texts.get("reason"),
    }


def _holder(thread: NeedThread, row: NeedHolder) -> dict[str, Any]:
    return {
        "holder": row.holder.code,
        "way": row.way,
        "since": _MOMENT.to_representation(row.since),
        "text": thread.texts.get(row.id, {}).get("reason"),
    }
