"""From an approved list to reserved parcels and planned grants: nobody twice, whoever asks, and released again."""

import pytest

from logistics.grants.actions import approve_grant, drop_grant, plan_grant
from logistics.grants.allocations import NoGrantAllocated, allocate_grants, release_grant
from logistics.grants.models import Grant
from logistics.lists.allocations import AllocationReleased, ListNotApproved, NothingToAllocate, RoundOver
from logistics.lists.applications import AppliedAlready
from logistics.lists.marks import ServedAlready, ServedByAnother, ServedTooLately
from logistics.lists.models import Allocation, HeldUpEntry, ListEntry, ServedMark
from logistics.lists.rule_reads import judged_rules
from logistics.lists.rules import change_rules
from logistics.parcels.actions import Recipient, cancel_parcel, plan_parcels
from logistics.parcels.allocations import NoParcelAllocated, allocate_parcels, release_parcel
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.storage.rows import new_id
from tests.lists.conftest import DAY, IDENTITY_NUMBER, Listing, boy, girl


def test_a_list_becomes_reserved_parcels_in_its_order(listing: Listing) -> None:
    listing.rules()
    listing.world.stock_kits(2)
    frozen = listing.approved(listing.family(), listing.family(), listing.family())
    parcels = allocate_parcels(actor=listing.drafter, row=frozen, limit=1, now=listing.now)
    parcels += allocate_parcels(actor=listing.drafter, row=frozen, now=listing.now)
    places = ListEntry.objects.filter(offer__isnull=False).order_by("place")
    assert [parcel.household_id for parcel in parcels] == [entry.application.household_id for entry in places]
    assert {parcel.state for parcel in parcels} == {"PLANNED"}
    assert Allocation.objects.filter(kind="PARCEL", released_at=None).count() == 2
    with pytest.raises(NothingToAllocate):
        allocate_parcels(actor=listing.drafter, row=frozen, now=listing.now)


def test_nothing_is_allocated_before_approval_or_in_another_round(listing: Listing) -> None:
    rules = listing.rules()
    listing.world.stock_kits(1)
    listing.accepted(listing.family())
    draft = listing.draft(listing.notice())
    with pytest.raises(ListNotApproved):
        allocate_parcels(actor=listing.drafter, row=draft, now=listing.now)
    frozen = listing.approve(draft)
    cause = listing.owner.cause(listing.now, "进入新一年的批次")
    change_rules(actor=listing.owner, rules=rules, changes={"round_name": "2027年冬季"}, cause=cause)
    with pytest.raises(RoundOver):
        allocate_parcels(actor=listing.drafter, row=frozen, now=listing.now)
    assert not Parcel.objects.exists()


def test_what_is_released_waits_again(listing: Listing) -> None:
    listing.rules()
    listing.world.stock_kits(1)
    frozen = listing.approved(listing.family())
    allocate_parcels(actor=listing.drafter, row=frozen, now=listing.now)
    allocation = Allocation.objects.get()
    with pytest.raises(NoGrantAllocated):
        release_grant(actor=listing.drafter, allocation=allocation, reason="地址有误", now=listing.now)
    done = release_parcel(actor=listing.drafter, allocation=allocation, reason="地址有误", now=listing.now)
    assert (done.released_at, done.release_reason) == (listing.now, "地址有误")
    assert Parcel.objects.get().state == "CANCELLED" and not ServedMark.objects.filter(released_at=None).exists()
    with pytest.raises(AllocationReleased):
        release_parcel(actor=listing.drafter, allocation=allocation, reason="地址有误", now=listing.now)
    (again,) = allocate_parcels(actor=listing.drafter, row=frozen, now=listing.now)
    # Cancelled at the counter, it is released as well.
    cancel_parcel(parcel=again, actor=listing.drafter, now=listing.now)
    assert not Allocation.objects.filter(released_at=None).exists()


def test_a_list_of_money_becomes_grants(listing: Listing) -> None:
    world = listing.world
    listing.rules(world.spring)
    world.give_money(100_000, fund=world.girls_fund)
    families = [listing.family(), listing.family(boy())]
    for family in families:
        listing.accept(listing.file(family, family.members.get(), programme=world.spring))
    notice = listing.notice(world.spring)
    draft = listing.draft(notice, [{"fund": "girls-2026", "amount_minor": 50_000, "quantity": 2}])
    frozen = listing.approve(draft)
    served, without = ListEntry.objects.order_by("unserved_reason")
    assert (served.application.household, without.unserved_reason) == (families[0], "outside_terms")
    (grant,) = allocate_grants(actor=listing.drafter, row=frozen, now=listing.now)
    assert (grant.amount_minor, grant.beneficiary, grant.state) == (50_000, families[0].members.get(), "PLANNED")
    allocation = Allocation.objects.get()
    with pytest.raises(NoParcelAllocated):
        release_parcel(actor=listing.drafter, allocation=allocation, reason="账号有误", now=listing.now)
    release_grant(actor=listing.drafter, allocation=allocation, reason="账号有误", now=listing.now)
    (again,) = allocate_grants(actor=listing.drafter, row=frozen, now=listing.now)
    approve_grant(grant=again, approver_id=listing.approver.holder_id, now=listing.now)
    assert sorted(Grant.objects.values_list("state", flat=True)) == ["APPROVED", "DROPPED"]


def test_nobody_is_served_twice_in_a_round_by_a_counter_either(listing: Listing) -> None:
    world = listing.world
    listing.rules()
    world.stock_kits(3)
    frozen = listing.approved(listing.family())
    (parcel,) = allocate_parcels(actor=listing.drafter, row=frozen, now=listing.now)
    family = parcel.household
    assert family is not None
    with pytest.raises(ServedAlready):
        _plan(listing, family)
    assert Parcel.objects.count() == 1
    # Two parcels for one family in one call are refused as well.
    other = listing.family()
    with pytest.raises(ServedAlready):
        _plan(listing, other, other)
    assert len(_plan(listing, other)) == 1


def test_a_programme_without_rules_marks_nobody(listing: Listing) -> None:
    listing.world.stock_kits(2)
    family = listing.family()
    _plan(listing, family)
    assert len(_plan(listing, family)) == 1
    assert not ServedMark.objects.exists()


def test_another_organisation_is_told_so_and_no_more(listing: Listing) -> None:
    """The same child is known to two counties: the second learns that it is served, and not by whom."""
    world = listing.world
    listing.rules()
    world.stock_kits(2)
    ours = listing.family(girl(identity_number=IDENTITY_NUMBER))
    theirs = listing.family(girl(identity_number=IDENTITY_NUMBER), organisation=world.stranger_county)
    _plan(listing, ours)
    stranger = Actor(world.stranger_county, new_id(), key_name="邻县")
    with pytest.raises(ServedByAnother) as refused:
        plan_parcels(
            actor=stranger,
            programme=world.warm,
            warehouse=world.warehouse,
            recipe=world.recipe,
            recipients=[Recipient(theirs)],
            now=listing.now,
        )
    assert refused.value.facts == {"whom": theirs.reference, "round": "2026年冬季"}
    assert ours.reference not in str(refused.value)


def test_a_list_goes_on_past_whom_another_organisation_served(listing: Listing) -> None:
    world = listing.world
    listing.rules()
    world.stock_kits(3)
    twice, once = listing.family(girl(identity_number=IDENTITY_NUMBER)), listing.family(girl(9))
    frozen = listing.approved(twice, once)
    theirs = listing.family(girl(identity_number=IDENTITY_NUMBER), organisation=world.stranger_county)
    plan_parcels(
        actor=Actor(world.stranger_county, new_id(), key_name="邻县"),
        programme=world.warm,
        warehouse=world.warehouse,
        recipe=world.recipe,
        recipients=[Recipient(theirs)],
        now=listing.now,
    )
    (parcel,) = allocate_parcels(actor=listing.drafter, row=frozen, now=listing.now)
    assert parcel.household == once
    held = HeldUpEntry.objects.get()
    assert (held.entry.application.household, held.reason) == (twice, "served_elsewhere")


def test_the_interval_and_the_combination_rules_bind(listing: Listing) -> None:
    world = listing.world
    rules = listing.rules(eligibility={"not_served_days": 60, "not_with": {"spring-bud": 30}})
    listing.rules(world.spring)
    world.stock_kits(4)
    world.give_money(100_000, fund=world.girls_fund)
    family = listing.family()
    _plan(listing, family)
    cause = listing.owner.cause(listing.now, "进入新一年的批次")
    rules = change_rules(actor=listing.owner, rules=rules, changes={"round_name": "2027年冬季"}, cause=cause)
    listing.now += 59 * DAY
    with pytest.raises(ServedTooLately):
        _plan(listing, family)
    listing.now += DAY
    assert len(_plan(listing, family)) == 1
    other = listing.family()
    grant, _ = plan_grant(
        actor=listing.drafter,
        fund=world.girls_fund,
        household=other,
        beneficiary=other.members.get(),
        amount_minor=100,
        reference="示例-1",
        now=listing.now,
    )
    with pytest.raises(ServedTooLately):
        _plan(listing, other)
    drop_grant(grant=grant, actor=listing.drafter, now=listing.now)
    assert len(_plan(listing, other)) == 1


def test_what_is_not_combined_is_not_combined_the_other_way_round_either(listing: Listing) -> None:
    world = listing.world
    rules = listing.rules(eligibility={"not_with": {"spring-bud": 30}})
    spring = listing.rules(world.spring, eligibility={"not_with": {"warm-heart-pack": 10}})
    assert judged_rules(spring).not_with == {"warm-heart-pack": 30} and judged_rules(rules).not_with["spring-bud"] == 30
    world.stock_kits(1)
    world.give_money(100_000, fund=world.girls_fund)
    family = listing.family()
    _plan(listing, family)

    def grant(number: int) -> None:
        plan_grant(
            actor=listing.drafter,
            fund=world.girls_fund,
            household=family,
            beneficiary=family.members.get(),
            amount_minor=100,
            reference=f"反过来-{number}",
            now=listing.now,
        )

    listing.now += 29 * DAY
    with pytest.raises(ServedTooLately):
        grant(1)
    listing.now += DAY
    grant(2)


def _plan(listing: Listing, *families: object) -> list[Parcel]:
    world = listing.world
    return plan_parcels(
        actor=listing.drafter,
        programme=world.warm,
        warehouse=world.warehouse,
        recipe=world.recipe,
        recipients=[Recipient(family) for family in families],  # type: ignore[arg-type]
        now=listing.now,
    )


def test_merged_households_count_as_one(listing: Listing) -> None:
    """Served under one number, a family is served under the other too, and applies once."""
    world = listing.world
    listing.rules()
    world.stock_kits(2)
    one, two = listing.family(), listing.family()
    _plan(listing, one)
    type(two).objects.filter(id=one.id).update(merged_into=two)
    with pytest.raises(ServedAlready):
        _plan(listing, two)
    one.refresh_from_db()
    assert listing.file(one).household == two
    with pytest.raises(AppliedAlready):
        listing.file(two)
