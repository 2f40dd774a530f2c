"""What the API asks and says of micro-wishes."""

from rest_framework import serializers

from api.fields import DayField, MomentField, StrictSerializer, TextField
from api.v1.helping_forms import ChildAnswer, ChildInput
from logistics.volunteering.wish_models import WishState
from logistics.volunteering.wishes import (
    TEXT_LENGTH_MAX,
)


class WishInput(ChildInput):
    """A member's wish in their own words, which no stranger reads."""

    words = TextField(length=TEXT_LENGTH_MAX)


class WishReleaseInput(StrictSerializer):
    """The wish in words that give nobody away."""

    public_text = TextField(length=TEXT_LENGTH_MAX)


class WishThanksInput(StrictSerializer):
    """What the member says to whoever fulfilled it, in words that give nobody away."""

    thanks = TextField(length=TEXT_LENGTH_MAX)


class WishAnswer(ChildAnswer):
    """A wish as it stands; `volunteer` and `due_on` while somebody holds it."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    organisation = serializers.CharField()
    state = serializers.ChoiceField(choices=WishState.choices)
    volunteer = serializers.CharField(allow_null=True)
    due_on = DayField(allow_null=True)
    asked_at = MomentField()


class WishTextsAnswer(WishAnswer):
    """A wish with what was written: the member's own `words` only for who said why they need them."""

    words = serializers.CharField(allow_null=True)
    public_text = serializers.CharField(allow_blank=True)
    thanks = serializers.CharField(allow_blank=True)
