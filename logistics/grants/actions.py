"""Plan, approve, pay and take back grants."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from logistics.funds.actions import terms_on
from logistics.funds.models import Fund
from logistics.funds.reads import bank_that_pays
from logistics.grants.models import Grant, GrantState, ReturnReason
from logistics.households.eligibility import BeneficiaryOutsideTerms, Claim, judge_eligibility, permit_stands
from logistics.households.models import Household, Member
from logistics.households.standing import require_unerased
from logistics.journal.actions import post_entry, reverse_entry
from logistics.journal.models import EntryKind, Permit
from logistics.journal.postings import Movement, Posting, side_of
from logistics.journal.purses import money_pieces
from logistics.kernel.money import AMOUNT_MINOR_MAX, CURRENCIES
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.lists.allocations import note_released
from logistics.lists.marks import Served, mark_served, open_round, unmark
from logistics.outbox.actions import News, record_events
from logistics.parties.actions import require_open
from logistics.parties.actors import Actor
from logistics.parties.references import content_sha256, repeated
from logistics.storage.secrets import blind_index
from logistics.storage.transactions import action

GRANT_MINOR_MAX = min(AMOUNT_MINOR_MAX, 10**10)
_ACCOUNT = re.compile(r"[0-9A-Za-z]{6,34}")


class GrantAmountOutOfBounds(Unacceptable):
    code = "grant_amount_out_of_bounds"
    zh = "一笔发放金额须在 1 到 {most} 分之间，币种须受支持。"
    en = "A grant is between 1 and {most} minor units of a known currency."


class PayeeAccountMalformed(Unacceptable):
    code = "payee_account_malformed"
    zh = "收款账号须为 6 到 34 位数字或字母，并写明户名。"
    en = "A payee's account has 6 to 34 digits or letters, and a name beside it."


class GrantStateWrong(Conflicting):
    code = "grant_state_wrong"
    zh = "这笔发放的状态是 {state}，不能这样操作。"
    en = "The grant is {state}; this cannot be done now."


class GrantInBatch(Conflicting):
    code = "grant_in_batch"
    zh = "这笔发放已在代发批次 {batch} 中，随批次办理。"
    en = "This grant stands in the payment batch {batch} and goes with it."


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
    payee_account: str = "",
    payee_bank: str = "",
    reference: str,
    purpose: str = "",
    now: dt.datetime,
) -> tuple[Grant, bool]:
    """Plan money for a household from one fund. Returns (grant, is new).

    Refuses ProgrammeClosed, GrantAmountOutOfBounds, PayeeAccountMalformed, ReferenceReused, BeneficiaryRequired,
    BeneficiaryOutsideTerms, ConsentMissing, PersonErased; where the programme has rules of lists, ServedAlready,
    ServedByAnother and ServedTooLately.
    """
    require_open(fund.programme)
    rules = open_round(fund.programme)
    # Keyed: a bare hash of an account would give it away to whoever tries all of them.
    payees = [blind_index(f"{payee}|{payee_account}|{payee_bank}", "grants.payee")] if payee_account else []
    require_amount(amount_minor, currency)
    if payee_account and not (payee and _ACCOUNT.fullmatch(payee_account)):
        raise PayeeAccountMalformed(pointer="/payee/account")
    content = content_of(fund, household, beneficiary, amount_minor, currency, purpose, *payees)
    owner = actor.reference_owner
    earlier = repeated(Grant.objects.filter(partner_id=owner, reference=reference), content)
    if earlier is not None:
        return earlier, False
    require_unerased([household.id], [beneficiary.id] if beneficiary else [])
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
        payee_account=payee_account,
        payee_bank=payee_bank,
        amount_minor=amount_minor,
        currency=currency,
        planned_at=now,
        planned_by_id=actor.holder_id,
    )
    whom = Served(household.id, beneficiary.id if beneficiary else None, (beneficiary or household).reference, grant.id)
    mark_served(rules, organisation=actor.organisation, whom=[whom], now=now)
    return grant, True


def require_amount(amount_minor: int, currency: str) -> None:
    """Refuses GrantAmountOutOfBounds."""
    if not 0 < amount_minor <= GRANT_MINOR_MAX or currency not in CURRENCIES:
        raise GrantAmountOutOfBounds(most=GRANT_MINOR_MAX, pointer="/money")


def content_of(
    fund: Fund,
    household: Household,
    beneficiary: Member | None,
    amount_minor: int,
    currency: str,
    purpose: str = "",
    *payees: str,
) -> str:
    """Hash what a grant says, by which a repeat is told from another one under its reference."""
    member = str(beneficiary.id) if beneficiary else None
    return content_sha256([fund.code, str(household.id), member, amount_minor, currency, purpose, *payees])


@action
def drop_grant(*, grant: Grant, actor: Actor, reason: str = "", now: dt.datetime) -> Grant:
    """Drop a grant that nobody has approved yet; whom it was for may be served again. Refuses GrantStateWrong."""
    locked = _locked(grant, GrantState.PLANNED)
    _free(locked, actor.holder_id, reason, now)
    return _note(locked, state=GrantState.DROPPED)


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

    Refuses GrantStateWrong, GrantInBatch, FundNotHandedDown, FundOverspent, BeneficiaryOutsideTerms.
    """
    locked = _locked(grant, GrantState.APPROVED)
    if locked.batch is not None:
        raise GrantInBatch(batch=locked.batch.reference)
    require_permitted([locked])
    return book_grant(locked, actor=actor, paid_at=now, now=now)


def book_grant(locked: Grant, *, actor: Actor, paid_at: dt.datetime, now: dt.datetime) -> Grant:
    """Book the payment of a locked grant, inside the caller's action.

    Refuses FundNotHandedDown, FundOverspent, BeneficiaryOutsideTerms.
    """
    fund, household = locked.fund, locked.household
    permit = locked.permit
    if permit is not None and (permit.valid_until < timezone.localdate(now) or hasattr(permit, "entry")):
        permit = _permit(fund, household, locked.beneficiary, locked.purpose, now, actor.holder_id)
    payer = bank_that_pays(fund=fund, organisation=locked.batch.organisation if locked.batch else actor.organisation)
    bank, family = side_of(payer), side_of(household.account)
    money = money_pieces(purse_id=fund.purse_id, currency=locked.currency, bank=bank, amount_minor=locked.amount_minor)
    entry = post_entry(
        posting=Posting(
            kind=EntryKind.GRANT,
            organisation_id=payer.organisation_id,
            idempotency_key=f"grant:{locked.id}",
            occurred_at=paid_at,
            actor_id=actor.holder_id,
            approver_id=locked.approved_by_id,
            permit_id=permit.id if permit else None,
            movements=tuple(Movement(piece, credit=bank, debit=family) for piece in money),
        ),
        now=now,
    )
    _tell("grant.paid", locked, payer.organisation_id, now)
    return _note(locked, state=GrantState.PAID, paid_at=paid_at, entry=entry, permit=permit)


def require_permitted(grants: Iterable[Grant]) -> None:
    """Refuses BeneficiaryOutsideTerms where whom a permit was given for was corrected since, before money goes out."""
    for grant in grants:
        if grant.permit is not None and not permit_stands(grant.permit, fund=grant.fund, member=grant.beneficiary):
            whom = grant.beneficiary or grant.household
            raise BeneficiaryOutsideTerms(beneficiary=whom.reference, fund=grant.fund.code, terms=["sexes", "age"])


@action
def return_grant(*, grant: Grant, actor_id: uuid.UUID, reason: str = ReturnReason.OTHER, now: dt.datetime) -> Grant:
    """Note that a bank sent a paid grant back: the money returns to its fund. Refuses GrantStateWrong."""
    return take_back_grant(_locked(grant, GrantState.PAID), actor_id=actor_id, reason=reason, now=now)


def take_back_grant(locked: Grant, *, actor_id: uuid.UUID, reason: str, now: dt.datetime) -> Grant:
    """Note that a locked grant came back, inside the caller's action: what was booked is booked back.

    Refuses GrantStateWrong for one that never went out.
    """
    if locked.state not in (GrantState.SENT, GrantState.PAID):
        raise GrantStateWrong(state=locked.state)
    if locked.entry is not None:
        reverse_entry(entry=locked.entry, now=now, reason_key="returned", actor_id=actor_id)
    _free(locked, actor_id, reason, now)
    payer = locked.entry.organisation_id if locked.entry else locked.organisation_id
    _tell("grant.returned", locked, payer, now)
    return _note(locked, state=GrantState.RETURNED, returned_at=now, return_reason=reason)


def _free(grant: Grant, actor_id: uuid.UUID, reason: str, now: dt.datetime) -> None:
    unmark([grant.id], now=now)
    note_released(subject_ids=[grant.id], actor_id=actor_id, reason=reason, now=now)


def _tell(kind: str, grant: Grant, organisation_id: uuid.UUID, now: dt.datetime) -> None:
    payload: dict[str, str | int | None] = {
        "grant": str(grant.id),
        "fund": grant.fund.code,
        "amount": grant.amount_minor,
        "currency": grant.currency,
    }
    record_events([News(kind, organisation_id, grant.id, now, payload)])


_WITH = (
    *("fund__bank_account", "fund__purse", "fund__programme", "fund__holder", "fund__owner"),
    *("household__account", "beneficiary", "permit", "entry", "batch__organisation"),
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


def locked_grants(rows: "QuerySet[Grant]") -> list[Grant]:
    """Lock grants, in the order of their ids, with all that paying them needs. Inside the caller's action."""
    return list(rows.select_for_update(of=("self",)).select_related(*_WITH).order_by("id"))


def _locked(grant: Grant, state: str) -> Grant:
    (locked,) = locked_grants(Grant.objects.filter(id=grant.id))
    if locked.state != state:
        raise GrantStateWrong(state=locked.state)
    return locked


def _note(grant: Grant, **values: object) -> Grant:
    for name, value in values.items():
        setattr(grant, name, value)
    grant.save(update_fields=list(values))
    return grant
