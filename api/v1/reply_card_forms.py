"""What the API asks and says of reply cards."""

from rest_framework import serializers

from api.fields import MomentField, StrictSerializer, TextField, TruthField, WholeField
from logistics.kernel.screening import TEXT_LENGTH_MAX
from logistics.replies.card_reads import (
    WAITING,
)
from logistics.replies.cards import (
    BOXES_MAX,
    REASON_LENGTH_MAX,
)
from logistics.replies.models import DecisionKind
from logistics.storage.pictures import PER_MILLE

CODE_LENGTH_MAX = 60
STATES = (WAITING, *DecisionKind.values)


class ReplyInput(StrictSerializer):
    """What a family said, by the code of its reply card or parcel; its photo goes first to `PUT /proofs/{sha256}`."""

    code = TextField(length=CODE_LENGTH_MAX)
    text = TextField(length=TEXT_LENGTH_MAX, required=False, allow_blank=True, default="")
    photo = serializers.RegexField(
        r"^[0-9a-f]{64}$", max_length=64, required=False, help_text="The SHA-256 of a photo that was sent before."
    )


class BoxField(StrictSerializer):
    """What is covered, in thousandths of the picture from the upper left."""

    left = WholeField(most=PER_MILLE)
    top = WholeField(most=PER_MILLE)
    width = WholeField(least=1, most=PER_MILLE)
    height = WholeField(least=1, most=PER_MILLE)


class BoxesInput(StrictSerializer):
    """Where the picture is covered."""

    boxes = serializers.ListField(child=BoxField(), min_length=1, max_length=BOXES_MAX)


class ReplyReleaseInput(StrictSerializer):
    """What the givers will read, and whether somebody looked at each mark that is left and at the picture."""

    text = TextField(length=TEXT_LENGTH_MAX, required=False, allow_blank=True, default="")
    with_picture = TruthField(required=False, default=False)
    has_looked = TruthField(required=False, default=False)


class ReplyReasonInput(StrictSerializer):
    """Why."""

    reason = TextField(length=REASON_LENGTH_MAX)


class ReplyAnswer(serializers.Serializer):
    """A reply by ids, without its words."""

    id = serializers.UUIDField()
    organisation = serializers.CharField()
    programme = serializers.CharField()
    parcel = serializers.CharField(allow_null=True, help_text="The parcel's code.")
    grant = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField(choices=STATES)
    has_picture = serializers.BooleanField()
    recorded_at = MomentField()


class MarkAnswer(serializers.Serializer):
    """A place in the text that may give the family away, from which character to which."""

    kind = serializers.CharField()
    start = serializers.IntegerField()
    stop = serializers.IntegerField()


class ReplyDecisionAnswer(serializers.Serializer):
    """What was decided; texts are there for who said why they need them."""

    kind = serializers.ChoiceField(choices=DecisionKind.choices)
    text = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    has_picture = serializers.BooleanField()
    decided_at = MomentField()


class ReplyTextsAnswer(ReplyAnswer):
    """A reply with its decisions; its words and marks for who said why they need them."""

    text = serializers.CharField(allow_null=True)
    marks = serializers.ListField(child=MarkAnswer())
    is_covered = serializers.BooleanField()
    decisions = serializers.ListField(child=ReplyDecisionAnswer())
