"""What the API asks of letters."""

from api.fields import ChoiceTextField, StrictSerializer, TextField, TruthField
from logistics.kernel.screening import TEXT_LENGTH_MAX
from logistics.sponsorships.models import Direction
from logistics.sponsorships.withdrawals import REASON_LENGTH_MAX


class LetterInput(StrictSerializer):
    """A letter, and which way it goes."""

    direction = ChoiceTextField(choices=Direction.choices)
    text = TextField(length=TEXT_LENGTH_MAX)


class LetterReleaseInput(StrictSerializer):
    """The words that go on, and whether somebody looked at each mark that is left in them."""

    text = TextField(length=TEXT_LENGTH_MAX)
    has_looked = TruthField(required=False, default=False)


class LetterReasonInput(StrictSerializer):
    """Why a letter does not go on."""

    reason = TextField(length=TEXT_LENGTH_MAX)


class LetterWithdrawalInput(StrictSerializer):
    """Why a letter that was released is taken back."""

    reason = TextField(length=REASON_LENGTH_MAX)
