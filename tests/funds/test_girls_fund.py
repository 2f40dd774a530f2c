"""Money for girls at school reaches no boy: by plan, hand-over, grant, batch, API, page, raw SQL, after a revision and
after a hand-down. (In 2019 a girls' programme was found to have paid for 453 boys among 1,267 pupils.)
"""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from logistics.funds.actions import revise_fund, terms_on
from logistics.grants.actions import approve_grant, pay_grant, plan_grant
from logistics.households.actions import MemberInput, record_household
from logistics.households.eligibility import BeneficiaryOutsideTerms, Claim, judge_eligibility
from logistics.households.models import Household
from logistics.journal.actions import PermitMissing, open_account, post_entry
from logistics.journal.models import Account, AccountKind, EntryKind, JournalEntry, Permit, Transfer
from logistics.journal.postings import Movement, Posting, side_of
from logistics.journal.purses import money_pieces, purse_lot
from logistics.kernel.eligibility import Terms
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.storage.rows import new_id
from tests.api.conftest import partner_of
from tests.cast import World
from tests.looking import assert_books_close, nothing_written
from tests.web.conftest import Visitor

GIRLS = Terms(sexes=("FEMALE",))


@pytest.fixture
def stocked(world: World) -> World:
    """A girls' fund with money and gloves."""
    world.give_money(50_000, fund=world.girls_fund)
    world.buy((world.gloves, 5, 5_000), fund=world.girls_fund)
    return world


def _boys(world: World) -> Household:
    """A family without a girl."""
    return record_household(
        organisation=world.county,
        township="少云镇",
        division_code="990101001",
        head_name="示例男童家庭",
        members=[MemberInput("示例男童甲", "MALE", dt.date(2013, 6, 1), has_consent=True)],
        now=world.now,
    )


def _plan(world: World, *recipients: Recipient):  # type: ignore[no-untyped-def]
    return plan_parcels(
        actor=world.partner,
        programme=world.spring,
        warehouse=world.warehouse,
        lines=[(world.gloves, 1)],
        fund=world.girls_fund,
        recipients=recipients or None,
        count=1 if not recipients else len(recipients),
        now=world.now,
    )


def _nothing_reached(household: Household) -> None:
    assert not Transfer.objects.filter(debit=household.account_id).exists()
    assert_books_close()


def test_no_parcel_is_planned_for_a_boy_nor_a_batch_with_one(stocked: World) -> None:
    girl, boy = (Recipient(stocked.family, member) for member in (stocked.girl, stocked.boy))
    for recipients in ([boy], [girl, boy], [girl, girl, girl, boy]):
        with nothing_written(), pytest.raises(BeneficiaryOutsideTerms):
            _plan(stocked, *recipients)


def test_a_girl_s_parcel_handed_to_another_family_is_not_booked_there(stocked: World) -> None:
    other = _boys(stocked)
    (parcel,) = _plan(stocked, Recipient(stocked.family, stocked.girl))
    for step in ("PACK", "SEAL", "DISPATCH"):
        stocked.record(stocked.scan(parcel, step))
    assert other.card_code is not None
    stocked.record(stocked.scan(parcel, "HAND_OVER", household_code=other.card_code.text))
    _nothing_reached(other)


def test_a_parcel_without_a_name_handed_to_boys_waits_outside_the_books(stocked: World) -> None:
    other = _boys(stocked)
    (parcel,) = _plan(stocked)
    for step in ("PACK", "SEAL", "DISPATCH"):
        stocked.record(stocked.scan(parcel, step))
    assert other.card_code is not None
    stocked.record(stocked.scan(parcel, "HAND_OVER", household_code=other.card_code.text))
    parcel.refresh_from_db()
    assert parcel.unposted_reason == "beneficiary_required"
    _nothing_reached(other)


def test_no_grant_is_planned_for_a_boy(stocked: World) -> None:
    with nothing_written(), pytest.raises(BeneficiaryOutsideTerms):
        _grant(stocked)


def _grant(world: World, fund=None, member=None):  # type: ignore[no-untyped-def]
    return plan_grant(
        actor=world.as_actor(world.officer),
        fund=fund or world.girls_fund,
        household=world.family,
        beneficiary=member or world.boy,
        amount_minor=1_000,
        reference="grant-1",
        now=world.now,
    )[0]


def test_neither_the_api_nor_a_page_gives_to_a_boy(stocked: World) -> None:
    partner, page = partner_of(stocked.county, now=timezone.now()), Visitor("officer")
    whom = {"household": str(stocked.family.id), "beneficiary": str(stocked.boy.id)}
    grant = {"fund": "girls-2026", **whom, "money": {"amount": 100, "currency": "CNY"}, "reference": "g"}
    with nothing_written():
        assert partner.post("/grants", grant).json()["code"] == "beneficiary_outside_terms"
        values = {"fund": "girls-2026", "beneficiary": stocked.boy.reference, "amount": "10"}
        assert page.send("/grants", **values).status_code == 422


def test_who_was_planned_before_a_revision_is_judged_by_it(world: World) -> None:
    fund = world.warm_fund
    world.give_money(30_000)
    parcel = world.parcel()
    grant = approve_grant(grant=_grant(world, fund), approver_id=world.approver.id, now=world.now)
    for step in ("PACK", "SEAL", "DISPATCH"):
        world.record(world.scan(parcel, step))
    day = timezone.localdate(world.now)
    revise_fund(fund=fund, terms=GIRLS, in_force_from=day, consent_sha256="c" * 64, now=world.now)
    with nothing_written(), pytest.raises(PermitMissing), transaction.atomic():
        pay_grant(actor=world.as_actor(world.officer), grant=grant, now=world.now)
    world.record(world.scan(parcel, "HAND_OVER"))
    parcel.refresh_from_db()
    assert parcel.unposted_reason != ""
    _nothing_reached(world.family)


def test_a_girl_is_served(stocked: World) -> None:
    (parcel,) = _plan(stocked, Recipient(stocked.family, stocked.girl))
    stocked.walk(parcel)
    grant = approve_grant(grant=_grant(stocked, member=stocked.girl), approver_id=stocked.approver.id, now=stocked.now)
    pay_grant(actor=stocked.as_actor(stocked.officer), grant=grant, now=stocked.now)
    assert Transfer.objects.filter(debit=stocked.family.account_id).count() == 2
    assert JournalEntry.objects.filter(permit__isnull=False).count() == 2


def _handed_down(world: World) -> Account:
    """Money of the girls' fund in the bank of a lower body, as a hand-down leaves it there."""
    bank = open_account(
        kind=AccountKind.BANK, subject_id=new_id(), organisation_id=world.stranger_county.id, reference="LOWER"
    )
    home = side_of(world.girls_fund.bank_account)
    pieces = money_pieces(purse_id=world.girls_fund.purse_id, currency="CNY", bank=home, amount_minor=2_000)
    post_entry(
        posting=Posting(
            kind=EntryKind.HAND_DOWN_OUT,
            organisation_id=world.county.id,
            idempotency_key="down",
            occurred_at=world.now,
            movements=tuple(Movement(piece, credit=home, debit=side_of(bank)) for piece in pieces),
        ),
        now=world.now,
    )
    return bank


def test_handed_down_money_stays_money_for_girls(stocked: World) -> None:
    bank, other = _handed_down(stocked), _boys(stocked)
    pieces = money_pieces(purse_id=stocked.girls_fund.purse_id, currency="CNY", bank=side_of(bank), amount_minor=100)
    posting = Posting(
        kind=EntryKind.GRANT,
        organisation_id=stocked.stranger_county.id,
        idempotency_key="to-a-boy",
        occurred_at=stocked.now,
        movements=(Movement(pieces[0], credit=side_of(bank), debit=side_of(other.account)),),
    )
    with nothing_written(), pytest.raises(PermitMissing), transaction.atomic():
        post_entry(posting=posting, now=stocked.now)


@pytest.mark.parametrize("whose", ["none", "another account's", "expired", "another fund's"])
def test_raw_sql_needs_a_permit_of_just_this_fund_account_and_time(stocked: World, whose: str) -> None:
    other = _boys(stocked)
    permit_id = None if whose == "none" else _permit(stocked, whose, other).id
    entry_id, lot = new_id(), purse_lot(stocked.girls_fund.purse_id, "CNY")
    assert lot is not None
    when = stocked.now + dt.timedelta(days=500 if whose == "expired" else 0)
    JournalEntry.objects.bulk_create(
        [
            JournalEntry(
                id=entry_id,
                kind=EntryKind.GRANT,
                organisation_id=stocked.county.id,
                idempotency_key="raw",
                permit_id=permit_id,
                transfer_count=1,
                occurred_at=when,
                booked_on=when.date(),
                posted_at=when,
            )
        ]
    )
    statement = (
        "INSERT INTO journal_transfer (id, entry_id, position, lot_id, credit_id, debit_id, start, stop, value_minor,"
        " is_origin) SELECT %s, e.id, 0, l.id, %s, %s, 10000, 10100, 100, %s FROM journal_entry e, journal_lot l"
        " WHERE e.idempotency_key = 'raw' AND l.item_id IS NULL"
    )
    bank, family = stocked.girls_fund.bank_account_id, other.account_id
    values = [_text(new_id()), _text(bank), _text(family), False]
    with nothing_written(), pytest.raises(DatabaseError, match="permit_missing"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement, values)


def _permit(world: World, whose: str, other: Household) -> Permit:
    """A permit that is true, but not of this use."""
    if whose == "another account's":
        claim = Claim(world.girls_fund, terms_on(world.girls_fund, world.now.date()), world.family, world.girl)
        (permit,) = judge_eligibility(claims=[claim], on=world.now.date(), judged_by_id=None)
        assert permit is not None
        return permit
    purse = world.girls_fund.purse_id if whose == "expired" else world.warm_fund.purse_id
    return Permit.objects.create(
        purse_id=purse,
        account_id=other.account_id,
        revision_id=new_id(),
        judged_on=world.now.date(),
        valid_until=world.now.date() + dt.timedelta(days=400),
        facts_sha256="f" * 64,
    )


def _text(value: object) -> str:
    """Write an id as the engine at hand stores it."""
    return str(value).replace("-", "") if connection.vendor == "sqlite" else str(value)
