"""A programme with rules, families who apply, and people who file, review, draft and approve."""

import datetime as dt
import itertools
from dataclasses import dataclass

import pytest

from logistics.households.actions import MemberInput, record_household
from logistics.households.models import Household, Member
from logistics.lists.applications import accept_application, file_application
from logistics.lists.approving import approve_list
from logistics.lists.drafts import draft_list
from logistics.lists.models import Application, DistributionList, ProgrammeRules, PublicNotice
from logistics.lists.notices import publish_notice
from logistics.lists.offers import offers_at_hand
from logistics.lists.rules import register_rules
from logistics.parties.actions import register_person
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Programme
from tests.cast import PASSWORD, World

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
# An eight-year-old girl's; the check digit is right.
IDENTITY_NUMBER = "411281201706011228"
WORDS = "入户核实过，情况属实。"
_numbers = itertools.count(1)


@dataclass
class Listing:
    """The way onto a list, each step by the person whose it is."""

    world: World
    liaison: Actor
    reviewer: Actor
    drafter: Actor
    approver: Actor
    owner: Actor
    now: dt.datetime

    def rules(self, programme: Programme | None = None, **values: object) -> ProgrammeRules:
        """Set the rules of a programme: five days of notice, in this winter's round."""
        chosen = programme or self.world.warm
        given: dict[str, object] = {"round_name": "2026年冬季", "notice_days": 5, **values}
        return register_rules(actor=self.owner, programme=chosen, cause=self.owner.cause(self.now), **given)  # type: ignore[arg-type]

    def family(
        self, *members: MemberInput, organisation: Organisation | None = None, township: str = "少云镇"
    ) -> Household:
        """Record a family of one girl, or of these members."""
        number = next(_numbers)
        return record_household(
            organisation=organisation or self.world.county,
            township=township,
            division_code="990101001",
            head_name=f"示例家庭{number}",
            members=list(members) or [girl()],
            now=self.now,
        )

    def file(self, household: Household, member: Member | None = None, **more: object) -> Application:
        """Let the liaison propose a family."""
        values: dict[str, object] = {"programme": self.world.warm, "text": WORDS, "now": self.now, **more}
        return file_application(
            actor=self.liaison,
            household=household,
            beneficiary=member,
            source="LIAISON",
            **values,  # type: ignore[arg-type]
        )

    def accept(self, application: Application) -> Application:
        """Let the reviewer accept it."""
        return accept_application(actor=self.reviewer, application=application, text=WORDS, now=self.now)

    def accepted(self, *households: Household, **more: object) -> list[Application]:
        """File and accept one application a household."""
        return [self.accept(self.file(household, **more)) for household in households]

    def notice(self, programme: Programme | None = None, organisation: Organisation | None = None) -> PublicNotice:
        """Publish what is accepted."""
        return publish_notice(
            actor=self.drafter,
            organisation=organisation or self.world.county,
            programme=programme or self.world.warm,
            now=self.now,
        )

    def draft(self, notice: PublicNotice, offers: list[dict[str, object]] | None = None) -> DistributionList:
        """Draft a list of what is at hand, or of these offers."""
        at_hand = offers_at_hand(notice.organisation, notice.programme, on=self.now.date())
        found = offers if offers is not None else [offer.to_json() for offer in at_hand]
        return draft_list(actor=self.drafter, notice=notice, offers=found, now=self.now)

    def approve(self, draft: DistributionList) -> DistributionList:
        """Wait for the end of the notice and approve."""
        self.now += 6 * DAY
        return approve_list(actor=self.approver, draft=draft, now=self.now)

    def approve_now(self, draft: DistributionList) -> DistributionList:
        """Approve today."""
        return approve_list(actor=self.approver, draft=draft, now=self.now)

    def approved(self, *households: Household, **more: object) -> DistributionList:
        """Go the whole way with these families."""
        self.accepted(*households, **more)
        return self.approve(self.draft(self.notice()))


def girl(age: int = 8, name: str = "示例女童", identity_number: str = "") -> MemberInput:
    """A girl of some years, with a guardian's consent."""
    return MemberInput(name, "FEMALE", dt.date(2025 - age, 6, 1), identity_number, "女儿", has_consent=True)


def boy(age: int = 8, identity_number: str = "") -> MemberInput:
    """A boy of some years, with a guardian's consent."""
    return MemberInput("示例男童", "MALE", dt.date(2025 - age, 6, 1), identity_number, "儿子", has_consent=True)


@pytest.fixture
def listing(world: World) -> Listing:
    """People who file, review, draft and approve, each another."""
    return make_listing(world)


def make_listing(world: World, names: str = "list") -> Listing:
    """Register the people of the way onto a list, by names that begin so."""
    people = {
        name: world.as_actor(
            register_person(
                organisation=organisation,
                username=f"{names}-{name}",
                name=f"示例{name}",
                roles=[role],
                password=PASSWORD,
            )
        )
        for name, role, organisation in (
            ("liaison", "LIAISON", world.county),
            ("reviewer", "OFFICER", world.county),
            ("drafter", "OFFICER", world.county),
            ("approver", "APPROVER", world.county),
            ("owner", "ADMINISTRATOR", world.province),
        )
    }
    return Listing(world, **people, now=world.now)
