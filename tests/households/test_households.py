"""The vault: what names a person is encrypted, found by keyed hashes, masked, and judged with consent."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.db.models import Q

from logistics.funds.actions import ConsentRequired, RevisionOutOfOrder, revise_fund, terms_on
from logistics.grants.actions import GrantStateWrong, SamePerson, approve_grant, pay_grant, plan_grant, return_grant
from logistics.households.actions import (
    MEMBERS_MAX,
    MemberInput,
    MembersOutOfBounds,
    NameMissing,
    SexUnknown,
    record_household,
    view_household,
)
from logistics.households.eligibility import (
    BeneficiaryOutsideTerms,
    BeneficiaryRequired,
    Claim,
    ConsentMissing,
    judge_eligibility,
)
from logistics.households.identity import (
    BirthDateWrong,
    IdentityNumberWrong,
    TelephoneWrong,
    checked_identity_number,
    checked_telephone,
    masked_name,
    masked_number,
)
from logistics.households.models import Household, Member, PermitFacts, PersonalDataView
from logistics.households.reads import household_view_for
from logistics.households.reasons import ReasonMissing
from logistics.households.visibility import eyes_of
from logistics.journal.models import Permit
from logistics.journal.purses import FundOverspent
from logistics.journal.reads import purse_balance
from logistics.kernel.eligibility import Terms
from logistics.kernel.refusals import Refusal
from logistics.storage.secrets import blind_index
from tests.cast import World
from tests.looking import assert_books_close, nothing_written

ON = dt.date(2026, 1, 12)
NUMBER = "11010519491231002X"


def _record(world: World, **more):  # type: ignore[no-untyped-def]
    values = {"township": "少云镇", "division_code": "990101001", "head_name": "示例甲"}
    return record_household(organisation=world.county, now=world.now, **{**values, **more})


def test_what_names_a_person_is_encrypted_in_the_database(world: World) -> None:
    _record(
        world, address="秘密街一号", telephone="13900139000", members=[MemberInput("示例乙", identity_number=NUMBER)]
    )
    with connection.cursor() as cursor:
        for table in ("households_household", "households_member"):
            cursor.execute(f"SELECT * FROM {table}")
            text = json.dumps([[str(value) for value in row] for row in cursor.fetchall()], ensure_ascii=False)
            for secret in ("示例甲", "示例乙", "秘密街", "13900139000", NUMBER, "示例家庭"):
                assert secret not in text, (table, secret)
    family = Household.objects.get(head_name_index=blind_index("示例甲", "name"))
    assert (family.head_name, family.telephone) == ("示例甲", "+8613900139000")
    assert Member.objects.get(identity_number_index=blind_index(NUMBER.lower(), "identity-number")).name == "示例乙"


def test_an_encrypted_column_cannot_be_searched(world: World) -> None:
    with pytest.raises(Exception):  # noqa: B017 -- Django's own for a look-up that does not exist
        Household.objects.filter(Q(head_name="示例家庭")).exists()


def test_each_purpose_has_an_index_of_its_own() -> None:
    assert blind_index("13800138000", "telephone") != blind_index("13800138000", "name")
    assert blind_index(" 王 小明", "name") == blind_index("王小明", "name")


def test_a_view_is_masked_unless_one_says_why_and_then_logged(world: World) -> None:
    masked = household_view_for(world.family, eyes_of(world.partner))
    assert (masked.head_name, masked.address, masked.members[0].born_on) == ("示**", "", None)
    for reason in ("", "   ", "abc"):
        with nothing_written(), pytest.raises(ReasonMissing):
            view_household(household=world.family, actor=world.partner, reason=reason, now=world.now)
    view = view_household(household=world.family, actor=world.partner, reason="核对地址", now=world.now)
    assert view.head_name == "示例家庭"
    assert PersonalDataView.objects.get().viewer_id == world.partner.holder_id


@pytest.mark.parametrize(("text", "masked"), [("王小明", "王**"), ("", ""), ("欧阳娜娜", "欧**")])
def test_names_are_masked_whole(text: str, masked: str) -> None:
    assert masked_name(text) == masked


@pytest.mark.parametrize(("text", "masked"), [(NUMBER, "1101**********002X"), ("1234", "****"), ("", "")])
def test_numbers_are_masked_in_the_middle(text: str, masked: str) -> None:
    assert masked_number(text) == masked


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"head_name": " "}, NameMissing),
        ({"telephone": "12"}, TelephoneWrong),
        ({"members": [MemberInput("")]}, NameMissing),
        ({"members": [MemberInput("x", "GIRL")]}, SexUnknown),
        ({"members": [MemberInput("x", born_on=dt.date(2026, 2, 1))]}, BirthDateWrong),
        ({"members": [MemberInput("x", born_on=dt.date(1899, 1, 1))]}, BirthDateWrong),
        ({"members": [MemberInput("x", identity_number="110105194912310021")]}, IdentityNumberWrong),
        ({"members": [MemberInput("x")] * (MEMBERS_MAX + 1)}, MembersOutOfBounds),
    ],
)
def test_what_cannot_be_is_refused(world: World, more: dict[str, object], refusal: type[Refusal]) -> None:
    with nothing_written(), pytest.raises(refusal):
        _record(world, **more)


def test_numbers_are_kept_in_one_form() -> None:
    assert checked_identity_number(" 110105 19491231 002x ", "/x") == NUMBER
    assert checked_identity_number("", "/x") == ""
    assert checked_identity_number("830000199201300022", "/x") == "830000199201300022", "a residence permit"
    assert checked_telephone("138 0013 8000", "/x") == checked_telephone("+86-13800138000", "/x") == "+8613800138000"


def _judge(world: World, member: Member | None, fund=None) -> list[Permit | None]:  # type: ignore[no-untyped-def]
    chosen = fund or world.girls_fund
    claim = Claim(chosen, terms_on(chosen, ON), world.family, member)
    return judge_eligibility(claims=[claim], on=ON, judged_by_id=None)


def test_a_permit_holds_a_salted_hash_and_its_facts_are_encrypted(world: World) -> None:
    (permit,) = _judge(world, world.girl)
    assert permit is not None
    assert (permit.account_id, permit.beneficiary_id) == (world.family.account_id, world.girl.id)
    (again,) = _judge(world, world.girl)
    assert again is not None
    assert permit.facts_sha256 != again.facts_sha256, "the same facts under another salt"
    assert '"sex":"FEMALE"' in PermitFacts.objects.get(permit=permit).facts


def test_an_unrestricted_fund_needs_no_permit(world: World) -> None:
    assert _judge(world, None, world.warm_fund) == [None]
    assert not Permit.objects.exists()


def test_who_is_not_within_the_terms_gets_no_permit(world: World) -> None:
    for member, refusal in ((world.boy, BeneficiaryOutsideTerms), (None, BeneficiaryRequired)):
        with nothing_written(), pytest.raises(refusal):
            _judge(world, member)


def test_a_child_under_fourteen_needs_a_guardian_s_consent(world: World) -> None:
    members = [
        MemberInput("示例丙", "FEMALE", dt.date(2012, 1, 13)),
        MemberInput("示例丁", "FEMALE", dt.date(2012, 1, 12)),
    ]
    family = _record(world, members=members)
    thirteen, fourteen = sorted(family.members.all(), key=lambda member: member.born_on, reverse=True)
    for member, is_allowed in ((thirteen, False), (fourteen, True)):
        claim = Claim(world.girls_fund, terms_on(world.girls_fund, ON), family, member)
        if is_allowed:
            assert judge_eligibility(claims=[claim], on=ON, judged_by_id=None)[0] is not None
        else:
            with nothing_written(), pytest.raises(ConsentMissing):
                judge_eligibility(claims=[claim], on=ON, judged_by_id=None)


def test_terms_are_revised_with_the_donor_s_consent_and_from_a_day_on(world: World) -> None:
    fund, wider = world.girls_fund, Terms(sexes=("FEMALE", "MALE"), age_from=6, age_to=18)
    with nothing_written(), pytest.raises(ConsentRequired):
        revise_fund(fund=fund, terms=wider, in_force_from=ON, consent_sha256="no", now=world.now)
    day = ON + dt.timedelta(days=1)
    revise_fund(fund=fund, terms=wider, in_force_from=day, consent_sha256="a" * 64, now=world.now)
    assert terms_on(fund, ON)[1].sexes == ("FEMALE",)
    assert terms_on(fund, day)[1].sexes == ("FEMALE", "MALE")
    with nothing_written(), pytest.raises(RevisionOutOfOrder):
        revise_fund(fund=fund, terms=Terms(), in_force_from=day, consent_sha256="a" * 64, now=world.now)
    revise_fund(fund=world.warm_fund, terms=wider, in_force_from=day, consent_sha256="b" * 64, now=world.now)
    world.warm_fund.purse.refresh_from_db()
    assert world.warm_fund.purse.is_restricted


def _grant(world: World, reference: str = "g-1", amount: int = 30_000):  # type: ignore[no-untyped-def]
    return plan_grant(
        actor=world.partner,
        fund=world.girls_fund,
        household=world.family,
        beneficiary=world.girl,
        amount_minor=amount,
        reference=reference,
        now=world.now,
    )[0]


def test_a_grant_goes_from_plan_to_bank_and_back(world: World) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    grant = _grant(world)
    assert _grant(world) == grant, "the same reference plans once"
    with nothing_written(), pytest.raises(SamePerson):
        approve_grant(grant=grant, approver_id=world.partner.holder_id, now=world.now)
    with nothing_written(), pytest.raises(GrantStateWrong):
        pay_grant(grant=grant, actor=world.partner, now=world.now)
    approve_grant(grant=grant, approver_id=world.approver.id, now=world.now)
    paid = pay_grant(grant=grant, actor=world.partner, now=world.now)
    assert (paid.state, purse_balance(world.girls_fund.purse_id)) == ("PAID", 20_000)
    with nothing_written(), pytest.raises(GrantStateWrong):
        pay_grant(grant=grant, actor=world.partner, now=world.now)
    back = return_grant(grant=grant, actor_id=world.partner.holder_id, now=world.now)
    assert (back.state, purse_balance(world.girls_fund.purse_id)) == ("RETURNED", 50_000)
    assert_books_close()


def test_a_grant_that_the_fund_cannot_pay_is_refused(world: World) -> None:
    world.give_money(10_000, fund=world.girls_fund)
    grant = approve_grant(grant=_grant(world), approver_id=world.approver.id, now=world.now)
    with nothing_written(), pytest.raises(FundOverspent):
        pay_grant(grant=grant, actor=world.partner, now=world.now)


def test_a_permit_that_has_expired_is_judged_again_when_the_grant_is_paid(world: World) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    grant = approve_grant(grant=_grant(world), approver_id=world.approver.id, now=world.now)
    late = world.now + dt.timedelta(days=401)
    paid = pay_grant(grant=grant, actor=world.partner, now=late)
    assert paid.permit_id != grant.permit_id
    assert_books_close()
