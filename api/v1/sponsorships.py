"""Sponsorships: one sponsor, one child, stages, yearly grants and the end; and what the sponsor sees."""

import uuid

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, documented_step, paged
from api.pages import page_of
from api.v1.sponsorship_answers import (
    SponsorshipAnswer,
    SponsorshipViewAnswer,
    SponsorViewAnswer,
    said,
    said_to_sponsor,
    said_view,
)
from api.v1.sponsorship_forms import SponsorshipEndInput, SponsorshipInput, StageInput, YearInput
from api.v1.unmasking import UNMASKING, reason_given
from logistics.funds.reads import get_fund
from logistics.households.readings import note_reading
from logistics.households.reads import get_household, get_member
from logistics.parties.reads import get_donor
from logistics.sponsorships.access import visible_sponsorships
from logistics.sponsorships.actions import (
    begin_sponsorship,
    end_sponsorship,
    move_on,
    plan_year,
    require_officer,
)
from logistics.sponsorships.models import Sponsorship
from logistics.sponsorships.reads import get_sponsorship, sponsor_view_for, sponsorship_view_for
from logistics.storage.rows import new_id

GRANTS = ("grants:write",)


class Sponsorships(Door):
    """Sponsorships."""

    scopes, is_list = {"GET": GRANTS, "POST": GRANTS}, True

    @documented(
        "List sponsorships",
        "Of children of one's own organisation and of those below it, newest first.",
        answers={200: paged(SponsorshipAnswer, "Sponsorship")},
        tag="sponsorships",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_sponsorships(self.actor.organisation), said)

    @documented_step(
        "Begin a sponsorship",
        "By a signed-in officer, of a child whose guardian agreed to a sponsor, or who did from fourteen on.",
        request=SponsorshipInput,
        answer=SponsorshipAnswer,
        status=201,
        tag="sponsorships",
    )
    def post(self, request: Request) -> Response:
        """Begin."""
        data, own = self.read(SponsorshipInput), self.actor.organisation
        household = get_household(household_id=data.pop("household"), organisation=own)
        member = get_member(member_id=data.pop("member"), household=household)
        fund = get_fund(code=data.pop("fund"), organisation=own)
        donor, yearly = get_donor(donor_id=data.pop("donor"), organisation=own), data.pop("yearly")
        self.require_person()
        row = begin_sponsorship(
            actor=self.actor,
            fund=fund,
            donor=donor,
            member=member,
            yearly_minor=yearly["amount"],
            currency=yearly["currency"],
            now=timezone.now(),
            token=new_id(),
            **data,
        )
        return Response(said(row), status=201)


class SponsorshipDoor(Door):
    """A door of one sponsorship."""

    scopes = {"POST": GRANTS}

    def sponsorship(self, sponsorship_id: uuid.UUID) -> Sponsorship:
        """Return the sponsorship. Refuses SponsorshipMissing, also for another organisation's."""
        return get_sponsorship(sponsorship_id=sponsorship_id, organisation=self.actor.organisation)

    def in_hand(self, sponsorship_id: uuid.UUID) -> Sponsorship:
        """Return the sponsorship to who looks after it. Refuses SponsorshipMissing, PersonNeeded."""
        row = self.sponsorship(sponsorship_id)
        self.require_person()
        return row

    def answer(self, row: Sponsorship, *, status: int = 200) -> Response:
        """Answer how a sponsorship stands after a step, without a word that was written."""
        view = sponsorship_view_for(row, today=timezone.localdate())
        return Response(said_view(row, view, is_shown=False), status=status)


class OneSponsorship(SponsorshipDoor):
    """One sponsorship."""

    scopes, query = {"GET": GRANTS}, tuple(UNMASKING)

    @documented(
        "Read a sponsorship",
        "With its years and letters; for a signed-in officer, with `unmask=true` and a `reason`, which is logged, also "
        "what was written.",
        answers={200: SponsorshipViewAnswer},
        problems=(422,),
        tag="sponsorships",
        query=UNMASKING,
    )
    def get(self, request: Request, sponsorship_id: uuid.UUID) -> Response:
        """Read."""
        row, reason, now = self.sponsorship(sponsorship_id), reason_given(request), timezone.now()
        if reason is not None:
            self.require_person()
            require_officer(self.actor)
            families = [row.member.household]
            note_reading(actor=self.actor, households=families, fields=["sponsorships"], reason=reason, now=now)
        view = sponsorship_view_for(row, today=timezone.localdate(now))
        return Response(said_view(row, view, is_shown=reason is not None))


class SponsorViews(SponsorshipDoor):
    """What a sponsor sees."""

    scopes = {"GET": ("donations:read", "donations:write")}

    @documented(
        "Read what a sponsor sees",
        "An alias, a stage of school, the years and the letters that were released, as on the sponsor's own page: "
        "nothing that says who the child is. Letters of a child are gone where consent was withdrawn.",
        answers={200: SponsorViewAnswer},
        tag="sponsorships",
    )
    def get(self, request: Request, sponsorship_id: uuid.UUID) -> Response:
        """Read."""
        row = self.sponsorship(sponsorship_id)
        return Response(said_to_sponsor(row, sponsor_view_for(row, today=timezone.localdate())))


class SponsorshipStages(SponsorshipDoor):
    """Stages of school."""

    @documented_step(
        "Note a sponsored child's stage",
        "The child has come further at school; by a signed-in officer.",
        request=StageInput,
        answer=SponsorshipViewAnswer,
        tag="sponsorships",
    )
    def post(self, request: Request, sponsorship_id: uuid.UUID) -> Response:
        """Note."""
        row = self.in_hand(sponsorship_id)
        move_on(actor=self.actor, sponsorship=row, now=timezone.now(), **self.read(StageInput))
        return self.answer(row)


class SponsorshipYears(SponsorshipDoor):
    """Yearly grants."""

    @documented_step(
        "Plan a sponsorship's yearly grant",
        "Within the fund's terms; another approves and pays it. What a bank sent back is planned again.",
        request=YearInput,
        answer=SponsorshipViewAnswer,
        status=201,
        tag="sponsorships",
    )
    def post(self, request: Request, sponsorship_id: uuid.UUID) -> Response:
        """Plan."""
        row, data = self.in_hand(sponsorship_id), self.read(YearInput)
        payee = data.get("payee") or {"name": "", "account": "", "bank": ""}
        plan_year(
            actor=self.actor,
            sponsorship=row,
            year=data["year"],
            payee=payee["name"],
            payee_account=payee["account"],
            payee_bank=payee["bank"],
            now=timezone.now(),
        )
        return self.answer(row, status=201)


class EndedSponsorships(SponsorshipDoor):
    """Sponsorships that are over."""

    @documented_step(
        "End a sponsorship",
        "With thanks in which nothing tells who the child is; by a signed-in officer.",
        request=SponsorshipEndInput,
        answer=SponsorshipViewAnswer,
        tag="sponsorships",
    )
    def post(self, request: Request, sponsorship_id: uuid.UUID) -> Response:
        """End."""
        row = self.in_hand(sponsorship_id)
        end_sponsorship(actor=self.actor, sponsorship=row, now=timezone.now(), **self.read(SponsorshipEndInput))
        return self.answer(row)
