"""What doors of wishes, volunteers, companions, errands and knitting orders share."""

from typing import Any, ClassVar

from rest_framework.request import Request

from api.doors import Door
from api.problems import QueryUnknown
from logistics.households.models import Member
from logistics.households.reads import get_household, get_member
from logistics.parties.models import Organisation
from logistics.volunteering.access import require_officer

NEEDS = ("needs:write",)


class HelpingDoor(Door):
    """A door for keys and for those who look after volunteers."""

    # Whom a list's `?state=` may name.
    states: ClassVar[tuple[str, ...]] = ()

    @property
    def own(self) -> Organisation:
        """Return where the caller stands. Refuses HelpingNotYours to a person whose role does not look after these."""
        require_officer(self.actor)
        return self.actor.organisation

    def child(self, data: dict[str, Any]) -> Member:
        """Take whom it is for out of a body. Refuses HouseholdMissing, MemberMissing, also for others' families."""
        household = get_household(household_id=data.pop("household"), organisation=self.own)
        return get_member(member_id=data.pop("member"), household=household)

    def filters(self, request: Request) -> dict[str, str]:
        """Read `?state=`. Refuses QueryUnknown."""
        state = request.query_params.get("state")
        if state is not None and state not in self.states:
            raise QueryUnknown(parameter="state")
        return {"state": state} if state else {}


def said_child(member: Member) -> dict[str, str]:
    """Say whom it is for."""
    return {"household": str(member.household_id), "member": str(member.id)}
