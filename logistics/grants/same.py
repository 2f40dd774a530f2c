"""Plan the same grant for many, in as many statements for many as for one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from logistics.funds.actions import terms_on
from logistics.funds.models import Fund
from logistics.grants.actions import content_of, require_amount
from logistics.grants.models import Grant
from logistics.households.eligibility import Claim, judge_eligibility
from logistics.households.models import Household, Member
from logistics.households.standing import require_unerased
from logistics.lists.marks import Served, mark_served, open_round
from logistics.parties.actions import require_open
from logistics.parties.actors import Actor
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

CURRENCY = "CNY"


@dataclass(frozen=True)
class Grantee:
    """Whom a grant is for, and the reference under which it is planned."""

    household: Household
    beneficiary: Member | None
    reference: str


@action
def plan_same_grants(
    *, actor: Actor, fund: Fund, grantees: Sequence[Grantee], amount_minor: int, now: dt.datetime
) -> list[Grant]:
    """Plan one amount of a fund for each, under references that are new; all are planned, or nobody.

    Refuses what `plan_grant` refuses.
    """
    require_open(fund.programme)
    rules = open_round(fund.programme)
    require_amount(amount_minor, CURRENCY)
    people = [one.beneficiary.id for one in grantees if one.beneficiary]
    require_unerased([one.household.id for one in grantees], people)
    on = timezone.localdate(now)
    revision = terms_on(fund, on)
    claims = [Claim(fund, revision, one.household, one.beneficiary) for one in grantees]
    permits = judge_eligibility(claims=claims, on=on, judged_by_id=actor.holder_id)
    grants = [
        Grant(
            id=new_id(),
            organisation_id=one.household.organisation_id,
            fund=fund,
            household=one.household,
            beneficiary=one.beneficiary,
            permit=permit,
            partner_id=actor.reference_owner,
            reference=one.reference,
            request_sha256=content_of(fund, one.household, one.beneficiary, amount_minor, CURRENCY),
            amount_minor=amount_minor,
            currency=CURRENCY,
            planned_at=now,
            planned_by_id=actor.holder_id,
        )
        for one, permit in zip(grantees, permits, strict=True)
    ]
    Grant.objects.bulk_create(grants)
    mark_served(rules, organisation=actor.organisation, whom=[served_by(grant) for grant in grants], now=now)
    return grants


def served_by(grant: Grant) -> Served:
    """Say whom a grant serves."""
    whom = grant.beneficiary or grant.household
    return Served(grant.household_id, grant.beneficiary_id, whom.reference, grant.id)
