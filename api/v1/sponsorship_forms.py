"""What the API asks of sponsorships."""

from api.fields import (
    ChoiceTextField,
    CodeField,
    DayField,
    IdField,
    MoneyField,
    StrictSerializer,
    TextField,
    WholeField,
)
from api.v1.grants import PayeeField
from logistics.kernel.screening import TEXT_LENGTH_MAX
from logistics.sponsorships.actions import (
    ALIAS_LENGTH_MAX,
    YEARS_MAX,
)
from logistics.sponsorships.models import EndReason, Stage


class SponsorshipInput(StrictSerializer):
    """Who sponsors whom out of which fund. The alias tells nothing of a name, a school or a place."""

    fund = CodeField()
    donor = IdField()
    household = IdField()
    member = IdField()
    alias = TextField(length=ALIAS_LENGTH_MAX)
    stage = ChoiceTextField(choices=Stage.choices)
    yearly = MoneyField()
    started_on = DayField()


class StageInput(StrictSerializer):
    """How far the child has come at school, and since when."""

    stage = ChoiceTextField(choices=Stage.choices)
    on = DayField()


class YearInput(StrictSerializer):
    """The grant of which year, 0 being the first, and who is paid."""

    year = WholeField(most=YEARS_MAX - 1)
    payee = PayeeField(required=False, help_text='A name, or {"name", "account", "bank"} for a bank\'s file.')


class SponsorshipEndInput(StrictSerializer):
    """Why it ends, and the thanks that the sponsor reads."""

    reason = ChoiceTextField(choices=EndReason.choices)
    thanks = TextField(length=TEXT_LENGTH_MAX, required=False, allow_blank=True, default="")
    on = DayField()
