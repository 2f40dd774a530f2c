"""A fund for girls refuses a boy on the way through a list: place, allocation, parcel, grant.

That raw SQL finds the same no stands in `tests/funds/test_girls_fund.py`.
"""

import pytest

from logistics.funds.actions import revise_fund
from logistics.grants.actions import plan_grant
from logistics.grants.allocations import allocate_grants
from logistics.grants.models import Grant
from logistics.households.eligibility import BeneficiaryOutsideTerms, BeneficiaryRequired
from logistics.kernel.eligibility import Terms
from logistics.lists.applications import ApplicantNotEligible
from logistics.lists.models import Allocation, ListEntry
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parcels.allocations import allocate_parcels
from logistics.parcels.models import Parcel
from tests.lists.conftest import Listing, boy

GOODS: list[dict[str, object]] = [{"fund": "girls-2026", "item": "gloves", "warehouse": "wh-1", "quantity": 5}]
MONEY: list[dict[str, object]] = [{"fund": "girls-2026", "amount_minor": 10_000, "quantity": 5}]


@pytest.fixture
def spring(listing: Listing) -> Listing:
    """The Spring Bud programme with goods and money for girls."""
    world = listing.world
    listing.rules(world.spring)
    world.give_money(200_000, fund=world.girls_fund)
    world.buy((world.gloves, 5, 5_000), fund=world.girls_fund)
    return listing


@pytest.mark.parametrize("offers", [GOODS, MONEY])
def test_on_a_list_a_boy_gets_nothing_and_is_told_why(spring: Listing, offers: list[dict[str, object]]) -> None:
    sister_and_brother = [spring.family(), spring.family(boy())]
    for family in sister_and_brother:
        spring.accept(spring.file(family, family.members.get(), programme=spring.world.spring))
    frozen = spring.approve(spring.draft(spring.notice(spring.world.spring), offers))
    entries = {entry.application.household: entry for entry in ListEntry.objects.all()}
    assert [entries[family].offer for family in sister_and_brother] == [0, None]
    assert entries[sister_and_brother[1]].unserved_reason == "outside_terms"
    allocate = allocate_parcels if offers is GOODS else allocate_grants
    assert len(allocate(actor=spring.drafter, row=frozen, now=spring.now)) == 1  # type: ignore[operator]


def test_rules_for_girls_shut_a_boy_out_of_the_list(listing: Listing) -> None:
    listing.rules(listing.world.spring, eligibility={"sexes": ["FEMALE"]})
    family = listing.family(boy())
    row = listing.file(family, family.members.get(), programme=listing.world.spring)
    with pytest.raises(ApplicantNotEligible) as refused:
        listing.accept(row)
    assert refused.value.facts["rules"] == ["sexes"]


def test_terms_that_change_after_approval_still_bind_the_allocation(spring: Listing) -> None:
    """The list was approved while the fund was for anybody; the parcel is judged by the terms of its day."""
    world, family = spring.world, spring.family(boy())
    loose = {"fund": world.girls_fund, "consent_sha256": "a" * 64, "now": spring.now}
    revise_fund(terms=Terms(), in_force_from=spring.now.date(), **loose)  # type: ignore[arg-type]
    spring.accept(spring.file(family, family.members.get(), programme=world.spring))
    frozen = spring.approve(spring.draft(spring.notice(world.spring), GOODS))
    assert ListEntry.objects.get().offer == 0
    revise_fund(terms=Terms(sexes=("FEMALE",)), in_force_from=spring.now.date(), **loose)  # type: ignore[arg-type]
    with pytest.raises(BeneficiaryOutsideTerms):
        allocate_parcels(actor=spring.drafter, row=frozen, now=spring.now)
    assert not Parcel.objects.exists() and not Allocation.objects.exists()


def test_parcel_and_grant_refuse_a_boy(spring: Listing) -> None:
    world, family = spring.world, spring.family(boy())
    common = {"actor": spring.drafter, "now": spring.now}
    for member, refusal in ((family.members.get(), BeneficiaryOutsideTerms), (None, BeneficiaryRequired)):
        with pytest.raises(refusal):
            plan_parcels(
                programme=world.spring,
                warehouse=world.warehouse,
                lines=[(world.gloves, 1)],
                fund=world.girls_fund,
                recipients=[Recipient(family, member)],
                **common,  # type: ignore[arg-type]
            )
        with pytest.raises(refusal):
            plan_grant(
                fund=world.girls_fund,
                household=family,
                beneficiary=member,
                amount_minor=100,
                reference="示例-男童",
                **common,  # type: ignore[arg-type]
            )
    assert not Parcel.objects.exists() and not Grant.objects.exists()
