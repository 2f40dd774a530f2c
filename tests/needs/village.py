"""A village, its township, county and city, a family of the village, and visits to it."""

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass, field

from logistics.households.actions import MemberInput, record_household
from logistics.households.models import Household
from logistics.needs.inputs import FindingInput, NeedInput, VisitAnswer, VisitInput
from logistics.needs.models import Need
from logistics.needs.visits import record_visits
from logistics.parties.actions import register_organisation
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.storage.rows import new_id
from tests.cast import World

NOW = dt.datetime(2026, 1, 12, 2, 0, tzinfo=dt.UTC)
_ticks = itertools.count(1)


@dataclass
class Village:
    """The four bodies above a family, and the telephone of its liaison."""

    city: Organisation
    county: Organisation
    township: Organisation
    village: Organisation
    family: Household
    phone: Actor
    now: dt.datetime = NOW
    officers: dict[str, Actor] = field(default_factory=dict)

    def visit(self, *, at: dt.datetime | None = None, **more: object) -> VisitInput:
        """Make a visit to the family, each a minute after the last."""
        return VisitInput(
            visit_id=new_id(),
            household_id=self.family.id,
            visited_at=at or self.now + dt.timedelta(minutes=next(_ticks) % 50),
            met="HEAD",
            **more,  # type: ignore[arg-type] -- the test's own words
        )

    def hand_in(
        self, *visits: VisitInput, actor: Actor | None = None, now: dt.datetime | None = None
    ) -> list[VisitAnswer]:
        """Hand visits in an hour later, from the liaison's telephone by default."""
        return record_visits(actor=actor or self.phone, visits=visits, now=now or self.now + dt.timedelta(hours=1))

    def need(self, **more: object) -> Need:
        """Report one need during a visit."""
        wanted = lacking(**more)
        (answer,) = self.hand_in(self.visit(at=self.now, needs=(wanted,)))
        assert answer.outcome == "RECORDED", answer
        return Need.objects.select_related("holder", "household").get(id=wanted.need_id)

    def at(self, organisation: Organisation) -> Actor:
        """Somebody who acts for a body."""
        return Actor(organisation, uuid.uuid5(organisation.id, "officer"), key_name="示例经办")


def lacking(**more: object) -> NeedInput:
    """Say what a family lacks: clothes, soon."""
    said = {"need_id": new_id(), "kind": "CLOTHES", "urgency": 2, "text": "孩子没有过冬的衣服", **more}
    return NeedInput(**said)  # type: ignore[arg-type] -- the test's own words


def found(need: Need | NeedInput, what: str, **more: object) -> FindingInput:
    """Say what a visit found of a need."""
    need_id = need.id if isinstance(need, Need) else need.need_id
    return FindingInput(need_id, what, **more)  # type: ignore[arg-type] -- the test's own words


def village_below(world: World) -> Village:
    """Put a village under the stage's province, through the same actions as every door."""
    city = _body("示例市", "CITY", world.province)
    county = _body("示例区", "COUNTY", city)
    township = _body("示例镇", "TOWNSHIP", county)
    village = _body("示例村", "VILLAGE", township)
    family = record_household(
        organisation=village,
        township="示例镇",
        division_code="990103001",
        head_name="示例李某",
        address="示例村二组",
        members=[MemberInput("示例李小某", "FEMALE", dt.date(2020, 5, 1), has_consent=True, relation="孙女")],
        now=NOW,
    )
    return Village(city, county, township, village, family, Actor(village, new_id(), key_name="示例网格手机"))


def _body(name: str, level: str, parent: Organisation) -> Organisation:
    return register_organisation(
        code=name, name_zh=f"{name}妇联", kind="FEDERATION", level=level, parent=parent, division_code="990103"
    )
