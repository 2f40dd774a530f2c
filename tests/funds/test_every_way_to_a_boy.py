"""Every way by which goods or money of a fund for girls could come to a boy, as a table: each ends before he has any.

A way that is new needs a row. The database's own no, also to raw SQL, stands in `test_girls_fund`.
"""

from collections.abc import Callable

import pytest
from django.utils import timezone

from logistics.deliveries.settlements import Ruling, settle_dispute
from logistics.funds.actions import revise_fund
from logistics.grants.actions import approve_grant, pay_grant, plan_grant
from logistics.grants.batches import approve_batch, plan_batch, send_batch
from logistics.grants.models import Grant
from logistics.grants.same import Grantee, plan_same_grants
from logistics.households.changes import correct_member
from logistics.households.consents import record_member_consent
from logistics.households.eligibility import BeneficiaryOutsideTerms
from logistics.households.guardians import note_guardian
from logistics.households.models import Household, Member
from logistics.journal.models import Transfer
from logistics.kernel.eligibility import Terms
from logistics.kernel.refusals import Refusal
from logistics.lists.models import HeldUpEntry
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parcels.models import Parcel
from logistics.press.allocation_jobs import ask_to_allocate
from logistics.press.allocation_walk import walk_list
from logistics.sponsorships.actions import begin_sponsorship, plan_year
from logistics.storage.rows import new_id
from tests.api.conftest import partner_of
from tests.cast import World
from tests.lists.conftest import Listing, boy, make_listing
from tests.looking import assert_books_close
from tests.web.conftest import Visitor

GIRLS = Terms(sexes=("FEMALE",))
DOWN = ("PACK", "SEAL", "DISPATCH")


@pytest.fixture
def there(world: World) -> Listing:
    """Goods and money for girls, and the people of lists."""
    listing = make_listing(world)
    listing.rules(world.spring)
    world.give_money(200_000, fund=world.girls_fund)
    world.buy((world.gloves, 9, 9_000), fund=world.girls_fund)
    return listing


def _parcel(there: Listing, *recipients: Recipient) -> Parcel:
    return plan_parcels(
        actor=there.drafter,
        programme=there.world.spring,
        warehouse=there.world.warehouse,
        lines=[(there.world.gloves, 1)],
        fund=there.world.girls_fund,
        recipients=recipients or None,
        now=there.now,
    )[0]


def _grant(there: Listing, member: Member, **more: object) -> Grant:
    return plan_grant(
        actor=there.drafter,
        fund=there.world.girls_fund,
        household=member.household,
        beneficiary=member,
        amount_minor=1_000,
        reference="示例-女童专项",
        now=there.now,
        **more,  # type: ignore[arg-type]  # -- payees
    )[0]


def _boy(there: Listing) -> Member:
    return there.family(boy()).members.get()


def _girl_s_parcel_and_then_a_boy(there: Listing, member: Member) -> None:
    """She was entered as a girl, and corrected when her parcel was under way."""
    parcel = _parcel(there, Recipient(member.household, member))
    there.world.walk(parcel, *DOWN)
    _correct(there, member)
    there.world.walk(parcel, "HAND_OVER")
    assert parcel.unposted_reason == "beneficiary_outside_terms"


def _correct(there: Listing, member: Member) -> None:
    correct_member(actor=there.reviewer, member=member, changes={"sex": "MALE"}, reason="录入时性别有误", now=there.now)


def _girl_s_grant_and_then_a_boy(there: Listing, member: Member) -> None:
    grant = approve_grant(grant=_grant(there, member), approver_id=there.approver.holder_id, now=there.now)
    _correct(there, member)
    pay_grant(grant=grant, actor=there.drafter, now=there.now)


def _girl_s_batch_and_then_a_boy(there: Listing, member: Member) -> None:
    payee = {"payee": "示例户名", "payee_account": "6222000000000001", "payee_bank": "示例银行"}
    grant = _grant(there, member, **payee)
    batch, _ = plan_batch(
        actor=there.drafter, grants=[grant], layout="PAYROLL_CSV", reference="示例批次", now=there.now
    )
    approve_batch(batch=batch, actor=there.approver, now=there.now)
    _correct(there, member)
    with pytest.raises(BeneficiaryOutsideTerms):
        send_batch(batch=batch, now=there.now)


def _unnamed(there: Listing, member: Member) -> Parcel:
    parcel = there.world.walk(_parcel(there), *DOWN)
    card = member.household.card_code
    assert card is not None
    there.world.record(there.world.scan(parcel, "HAND_OVER", household_code=card.text))
    parcel.refresh_from_db()
    assert parcel.unposted_reason == "beneficiary_required"
    return parcel


def _settled(there: Listing, member: Member) -> None:
    """What an officer says of a hand-over makes a boy no girl either."""
    world = there.world
    parcel = world.walk(_parcel(there), *DOWN)
    scan = world.scan(parcel, "HAND_OVER")
    world.record(scan)
    parcel.refresh_from_db()
    ruling = Ruling(judged=[scan.scan_id], stands=scan.scan_id, household=member.household)
    settle_dispute(actor=there.reviewer, parcel=parcel, ruling=ruling, reason="补记实际领取家庭", now=there.now)
    parcel.refresh_from_db()
    assert parcel.unposted_reason == "beneficiary_required"


def _walked(there: Listing, member: Member, offer: dict[str, object], kind: str) -> None:
    """Approved while the fund was for anybody, allocated by a worker when it is for girls."""
    world = there.world
    loose = {"fund": world.girls_fund, "consent_sha256": "a" * 64, "now": there.now}
    revise_fund(terms=Terms(), in_force_from=there.now.date(), **loose)  # type: ignore[arg-type]
    there.accept(there.file(member.household, member, programme=world.spring))
    frozen = there.approve(there.draft(there.notice(world.spring), [{"fund": "girls-2026", "quantity": 2, **offer}]))
    revise_fund(terms=GIRLS, in_force_from=timezone.localdate(), **loose)  # type: ignore[arg-type]
    walk_list(ask_to_allocate(actor=there.drafter, row=frozen, kind=kind, now=timezone.now()).id)
    assert HeldUpEntry.objects.get().reason == "outside_terms"


def _by_api(there: Listing, path: str, **body: object) -> None:
    answer = partner_of(there.world.county, now=timezone.now()).post(path, body)
    assert answer.status_code == 422 and answer.json()["code"] in ("beneficiary_outside_terms", "beneficiary_required")


def _api_parcel(there: Listing, member: Member) -> None:
    whom = {"household": str(member.household_id), "beneficiary": str(member.id)}
    lines = {"lines": [{"item": "gloves", "quantity": 1}]}
    _by_api(there, "/parcels", programme="spring-bud", warehouse="wh-1", fund="girls-2026", contents=lines, **whom)


def _api_grant(there: Listing, member: Member) -> None:
    whom = {"household": str(member.household_id), "beneficiary": str(member.id)}
    _by_api(there, "/grants", fund="girls-2026", money={"amount": 100, "currency": "CNY"}, reference="g", **whom)


def _page(there: Listing, member: Member) -> None:
    values = {"fund": "girls-2026", "beneficiary": member.reference, "amount": "10"}
    assert Visitor("officer").send("/grants", **values).status_code == 422


def _sponsored(there: Listing, member: Member) -> None:
    world = there.world
    officer = world.as_actor(world.officer)
    guardian = note_guardian(actor=officer, ward=member, name="示例奶奶", relation="祖母", now=world.now)
    record_member_consent(actor=officer, member=member, scopes=("SPONSOR",), guardian=guardian, now=world.now)
    row = begin_sponsorship(
        actor=officer,
        fund=world.girls_fund,
        donor=world.donor,
        member=member,
        yearly_minor=1_000,
        alias="小葵",
        stage="PRIMARY_LOWER",
        started_on=there.now.date(),
        now=there.now,
        token=new_id(),
    )
    plan_year(actor=officer, sponsorship=row, year=0, now=there.now)


# How it is tried, and whether the child stood as a girl at first; by a refusal, or by what the way asserts itself.
WAYS: dict[str, tuple[Callable[[Listing, Member], object], bool]] = {
    "a parcel": (lambda there, member: _parcel(there, Recipient(member.household, member)), False),
    "a parcel for his family": (lambda there, member: _parcel(there, Recipient(member.household)), False),
    "a parcel without a name, by his card": (_unnamed, False),
    "the same, settled by an officer": (_settled, False),
    "a parcel of a girl who is corrected": (_girl_s_parcel_and_then_a_boy, True),
    "a grant": (_grant, False),
    "a grant of a girl who is corrected": (_girl_s_grant_and_then_a_boy, True),
    "a bank's file of a girl who is corrected": (_girl_s_batch_and_then_a_boy, True),
    "grants of a list": (
        lambda there, member: plan_same_grants(
            actor=there.drafter,
            fund=there.world.girls_fund,
            grantees=[Grantee(member.household, member, "示例-1")],
            amount_minor=100,
            now=there.now,
        ),
        False,
    ),
    "goods, by a worker": (
        lambda there, member: _walked(there, member, {"item": "gloves", "warehouse": "wh-1"}, "PARCEL"),
        False,
    ),
    "money, by a worker": (lambda there, member: _walked(there, member, {"amount_minor": 1_000}, "GRANT"), False),
    "a parcel, by the API": (_api_parcel, False),
    "a grant, by the API": (_api_grant, False),
    "a grant, at the page": (_page, False),
    "a sponsor's year": (_sponsored, False),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_fund_for_girls_refuses_a_boy_by(there: Listing, way: str) -> None:
    try_it, is_corrected = WAYS[way]
    family: Household = there.family() if is_corrected else _boy(there).household
    refusal = _refusal(lambda: try_it(there, family.members.get()))
    assert refusal in ("", "beneficiary_outside_terms", "beneficiary_required"), way
    assert not Transfer.objects.filter(debit=family.account_id).exists()
    assert_books_close()


def _refusal(act: Callable[[], object]) -> str:
    """Name what an action refuses; nothing where the way itself looked at what became of it."""
    try:
        act()
    except Refusal as refused:
        return refused.code
    return ""
