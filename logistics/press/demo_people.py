"""Who acts in the demonstration's rooms for families, and what they have at hand."""

import datetime as dt
from dataclasses import dataclass

from logistics.funds.models import Fund
from logistics.households.models import Household, Member
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.parties.models import Donor, Organisation


@dataclass(frozen=True)
class Rooms:
    """The county's people, some of its families, and what they received."""

    county: Organisation
    courier: Actor
    liaison: Actor
    officer: Actor
    approver: Actor
    administrator: Actor
    families: list[Household]
    girls: list[Member]
    delivered: list[Parcel]
    warm: Fund
    girls_fund: Fund
    donor: Donor
    now: dt.datetime

    def days_ago(self, days: float) -> dt.datetime:
        """Say when that was."""
        return self.now - dt.timedelta(days=days)
