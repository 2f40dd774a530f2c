"""Plan, approve, pay and take back grants."""

import datetime as dt
import uuid

from django.utils import timezone

from logistics.funds.actions import terms_on
from logistics.funds.models import Fund
from logistics.funds.reads import bank_that_pays
from logistics.grants.models import Grant, GrantState
from logistics.households.eligibility import Claim, judge_eligibility
from logistics.households.models import Household, Member
from logistics.journal.actions import post_entry, reverse_entry
from logistics.journal.models import EntryKind, Permit
from logistics.journal.postings import Movement, Posting, side_of
from logistics.journal.purses import money_pieces
from logistics.kernel.money import AMOUNT_MINOR_MAX, CURRENCIES
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.outbox.actions import News, record_events
from logistics.parties.actions import require_open
from logistics.parties.actors import Actor
from logistics.parties.references import content_sha256, repeated
from logistics.storage.transactions import action

GRANT_MINOR_MAX = min(AMOUNT_MINOR_MAX, 10**10)


class GrantAmountOutOfBounds(Unacceptable):
    code = "grant_amount_out_of_bounds"
    zh = "一笔发放金额须在 1 到 {most} 分之间，币种须受支持。"
    en = "A grant is between 1 and {most} minor units of a known currency."


class GrantStateWrong(Conflicting):
    code = "grant_state_wrong"
    zh = "这笔发放的状态是 {state}，不能这样操作。"
    en = "The grant is {state}; this cannot be done now."


class SamePerson(Conflicting):
    code = "same_person"
    zh = "录入人不能审批自己录入的内容。"
    en = "Who recorded this may not approve it."


@action
def plan_grant(
    *,
    actor: Actor,
    fund: Fund,
    household: Household,
    beneficiary: Member | None = None,
    amount_minor: int,
    currency: str = "CNY",
    payee: str = "",
    reference: str,
    purpose: str = "",
    now: dt.datetime,
) -> tuple[Grant, bool]:
    """Plan money for a household from one fund. Returns (grant, is new).

    Refuses ProgrammeClosed, GrantAmountOutOfBounds, ReferenceReused, BeneficiaryRequired, BeneficiaryOutsideTerms,
    ConsentMissing.
    """
    require_open(fund.programme)
    if not 0 < amount_minor <= GRANT_MINOR_MAX or currency not in CURRENCIES:
        raise GrantAmountOutOfBounds(most=GRANT_MINOR_MAX, pointer="/money")
    member = str(beneficiary.id) if beneficiary else None
    content = content_sha256([fund.code, str(household.id), member, amount_minor, currency, purpose])
    owner = actor.reference_owner
    earlier = repeated(Grant.objects.filter(partner_id=owner, reference=reference), content)
    if earlier is not None:
        return earlier, False
    permit = _permit(fund, household, beneficiary, purpose, now, actor.holder_id)
    grant = Grant.objects.create(
        organisation=household.organisation,
        fund=fund,
        household=household,
        beneficiary=beneficiary,
        permit=permit,
        partner_id=owner,
        reference=reference,
        request_sha256=content,
        purpose=purpose,
        payee=payee,
        amount_minor=amount_minor,
        currency=currency,
        planned_at=now,
        planned_by_id=actor.holder_id,
    )
    return grant, True


@action
def approve_grant(*, grant: Grant, approver_id: uuid.UUID, now: dt.datetime) -> Grant:
    """Approve a planned grant. Refuses SamePerson (who planned it), GrantStateWrong."""
    locked = _locked(grant, GrantState.PLANNED)
    if locked.planned_by_id == approver_id:
        raise SamePerson
    return _note(locked, state=GrantState.APPROVED, approved_at=now, approved_by_id=approver_id)


@action
def pay_grant(*, grant: Grant, actor: Actor, now: dt.datetime) -> Grant:
    """Pay an approved grant: from the bank account of whoever pays to the household.

    Refuses GrantStateWrong, FundNotHandedDown, FundOverspent, BeneficiaryOutsideTerms.
    """
    locked = _locked(grant, GrantState.APPROVED)
    fund, household = locked.fund, locked.household
    permit = locked.permit
    if permit is not None and (permit.valid_until < timezone.localdate(now) or hasattr(permit, "entry")):
        permit = _permit(fund, household, locked.beneficiary, locked.purpose, now, actor.holder_id)
    payer = bank_that_pays(fund=fund, organisation=actor.organisation)
    bank, family = side_of(payer), side_of(household.account)
    money = money_pieces(purse_id=fund.purse_id, currency=locked.currency, bank=bank, amount_minor=locked.amount_minor)
    entry = post_entry(
        posting=Posting(
            kind=EntryKind.GRANT,
            organisation_id=payer.organisation_id,
            idempotency_key=f"grant:{locked.id}",
            occurred_at=now,
            actor_id=actor.holder_id,
            approver_id=locked.approved_by_id,
            permit_id=permit.id if permit else None,
            movements=tuple(Movement(piece, credit=bank, debit=family) for piece in money),
        ),
        now=now,
    )
    payload: dict[str, str | int | None] = {
        "grant": str(locked.id),
        "fund": fund.code,
        "amount": locked.amount_minor,
        "currency": locked.currency,
    }
    record_events([News("grant.paid", payer.organisation_id, locked.id, now, payload)])
    return _note(locked, state=GrantState.PAID, paid_at=now, entry=entry, permit=permit)


@action
def return_grant(*, grant: Grant, actor_id: uuid.UUID, now: dt.datetime) -> Grant:
    """Note that a bank sent a paid grant back: the money returns to its fund. Refuses GrantStateWrong."""
    locked = _locked(grant, GrantState.PAID)
    assert locked.entry is not None
    reverse_entry(entry=locked.entry, now=now, reason_key="returned", actor_id=actor_id)
    return _note(locked, state=GrantState.RETURNED, returned_at=now)


_WITH = (
    *("fund__bank_account", "fund__purse", "fund__programme", "fund__holder", "fund__owner"),
    *("household__account", "beneficiary"),
)


def _permit(
    fund: Fund,
    household: Household,
    beneficiary: Member | None,
    purpose: str,
    now: dt.datetime,
    judged_by_id: uuid.UUID,
) -> Permit | None:
    on = timezone.localdate(now)
    claim = Claim(fund, terms_on(fund, on), household, beneficiary, purpose=purpose or None)
    return judge_eligibility(claims=[claim], on=on, judged_by_id=judged_by_id)[0]


def _locked(grant: Grant, state: str) -> Grant:
    locked = Grant.objects.select_for_update(of=("self",)).select_related(*_WITH).get(id=grant.id)
    if locked.state != state:
        raise GrantStateWrong(state=locked.state)
    return locked


def _note(grant: Grant, **values: object) -> Grant:
    for name, value in values.items():
        setattr(grant, name, value)
    grant.save(update_fields=list(values))
    return grant
