"""Pay grants together: planned by one, approved by another, sent to the bank as a file, paid or sent back.

PLANNED -> APPROVED -> SENT -> PAID; DROPPED before it is sent. Nothing is booked before the bank says that it paid;
what it sends back is booked back, each payment for itself.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Sum

from logistics.funds.bank_layouts import PAYMENTS, get_bank_layout
from logistics.funds.models import Fund
from logistics.funds.reads import bank_that_pays
from logistics.grants.actions import (
    GrantInBatch,
    GrantStateWrong,
    SamePerson,
    book_grant,
    locked_grants,
    require_permitted,
    take_back_grant,
)
from logistics.grants.bank_files import BankFile, bank_file_of
from logistics.grants.batch_models import BatchState, PaymentBatch
from logistics.grants.models import Grant, GrantState
from logistics.households.actions import note_views
from logistics.journal.models import Account, Balance
from logistics.journal.purses import FundOverspent
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.proposals import require_past
from logistics.parties.references import content_sha256, repeated
from logistics.storage.transactions import action

BATCH_GRANTS_MAX = 500


class BatchGrantsOutOfBounds(Unacceptable):
    code = "batch_grants_out_of_bounds"
    zh = "一个代发批次须有 1 到 {most} 笔，不重复。"
    en = "A payment batch has between 1 and {most} grants, each once."


class BatchMixed(Unacceptable):
    code = "batch_mixed"
    zh = "同一代发批次须从同一个银行账户、以同一币种支付。"
    en = "A payment batch pays from one bank account in one currency."


class PayeeAccountMissing(Unacceptable):
    code = "payee_account_missing"
    zh = "以下发放没有收款账号：{grants}。"
    en = "These grants have no payee's account: {grants}."


class BatchStateWrong(Conflicting):
    code = "batch_state_wrong"
    zh = "代发批次的状态是 {state}，不能这样操作。"
    en = "The payment batch is {state}; this cannot be done now."


class GrantOutsideBatch(Unacceptable):
    code = "grant_outside_batch"
    zh = "这笔发放不在该代发批次中。"
    en = "This grant does not stand in the payment batch."


@action
def plan_batch(
    *,
    actor: Actor,
    grants: Sequence[Grant],
    layout: str,
    reference: str,
    pay_on: dt.date | None = None,
    now: dt.datetime,
) -> tuple[PaymentBatch, bool]:
    """Put grants together that are to be paid by one file. Returns (batch, is new).

    Refuses BatchGrantsOutOfBounds, LayoutMissing, GrantStateWrong, GrantInBatch, PayeeAccountMissing, BatchMixed,
    FundNotHandedDown, ReferenceReused.
    """
    get_bank_layout(code=layout, kind=PAYMENTS)
    ids = sorted({grant.id for grant in grants})
    if not 0 < len(ids) == len(grants) <= BATCH_GRANTS_MAX:
        raise BatchGrantsOutOfBounds(most=BATCH_GRANTS_MAX, pointer="/grants")
    content = content_sha256([layout, pay_on.isoformat() if pay_on else None, *map(str, ids)])
    owner = actor.reference_owner
    earlier = repeated(PaymentBatch.objects.filter(partner_id=owner, reference=reference), content)
    if earlier is not None:
        return earlier, False
    locked = locked_grants(Grant.objects.filter(id__in=ids))
    payer = _payer_of(locked, actor)
    batch = PaymentBatch.objects.create(
        organisation_id=payer.organisation_id,
        partner_id=owner,
        reference=reference,
        request_sha256=content,
        layout=layout,
        currency=locked[0].currency,
        pay_on=pay_on,
        planned_at=now,
        planned_by_id=actor.holder_id,
    )
    Grant.objects.filter(id__in=ids).update(batch=batch)
    return batch, True


@action
def approve_batch(*, batch: PaymentBatch, actor: Actor, now: dt.datetime) -> PaymentBatch:
    """Approve a batch and every grant in it. Refuses BatchStateWrong, SamePerson (who planned any of it)."""
    locked = _locked(batch, BatchState.PLANNED)
    waiting = [grant for grant in locked_grants(locked.grants.all()) if grant.state == GrantState.PLANNED]
    if actor.holder_id in {locked.planned_by_id, *(grant.planned_by_id for grant in waiting)}:
        raise SamePerson
    approved = {"state": GrantState.APPROVED, "approved_at": now, "approved_by_id": actor.holder_id}
    Grant.objects.filter(id__in=[grant.id for grant in waiting]).update(**approved)
    return _note(locked, state=BatchState.APPROVED, approved_at=now, approved_by_id=actor.holder_id)


@action
def send_batch(*, batch: PaymentBatch, now: dt.datetime) -> PaymentBatch:
    """Write the bank's file: from now on the grants are with the bank.

    Refuses BatchStateWrong, FundOverspent (also with what other batches have with the bank), PayeeUnwritable,
    BeneficiaryOutsideTerms (corrected since).
    """
    locked = _locked(batch, BatchState.APPROVED)
    grants = locked_grants(locked.grants.all())
    require_permitted(grants)
    _require_money(locked, grants)
    Grant.objects.filter(id__in=[grant.id for grant in grants]).update(state=GrantState.SENT)
    file_sha256 = bank_file_of(locked).sha256
    return _note(locked, state=BatchState.SENT, sent_at=now, file_sha256=file_sha256)


@action
def take_bank_file(*, batch: PaymentBatch, actor: Actor, now: dt.datetime) -> BankFile:
    """Return the file of a batch that went to the bank, and log that it was taken: it names the payees.

    Refuses BatchStateWrong before it was sent, BankFileChanged.
    """
    if batch.state not in (BatchState.SENT, BatchState.PAID):
        raise BatchStateWrong(state=batch.state)
    file = bank_file_of(batch)
    families = [grant.household for grant in batch.grants.select_related("household")]
    note_views(
        households=families,
        fields=["payee", "payee_account"],
        reason=f"payment batch {batch.reference}",
        actor=actor,
        now=now,
    )
    return file


@action
def record_batch_paid(*, batch: PaymentBatch, actor: Actor, paid_at: dt.datetime, now: dt.datetime) -> PaymentBatch:
    """Note that the bank paid what it did not send back, and book it, each grant in an entry of its own.

    Refuses BatchStateWrong, HappenedInFuture, FundOverspent, BeneficiaryOutsideTerms.
    """
    require_past(paid_at, now, "/paid_at")
    locked = _locked(batch, BatchState.SENT)
    for grant in locked_grants(locked.grants.filter(state=GrantState.SENT)):
        book_grant(grant, actor=actor, paid_at=paid_at, now=now)
    return _note(locked, state=BatchState.PAID, paid_at=paid_at)


@action
def record_returned_payments(
    *, batch: PaymentBatch, actor: Actor, reasons: Mapping[uuid.UUID, str], now: dt.datetime
) -> PaymentBatch:
    """Note which payments the bank sent back, by grant and reason: what was booked is booked back to its fund.

    Refuses BatchStateWrong, GrantOutsideBatch, GrantStateWrong; then none of them is noted.
    """
    locked = _locked(batch, BatchState.SENT, BatchState.PAID)
    grants = {grant.id: grant for grant in locked_grants(locked.grants.filter(id__in=list(reasons)))}
    for position, (grant_id, reason) in enumerate(reasons.items()):
        if grant_id not in grants:
            raise GrantOutsideBatch(pointer=f"/returned/{position}/grant")
        take_back_grant(grants[grant_id], actor_id=actor.holder_id, reason=reason, now=now)
    return locked


@action
def drop_batch(*, batch: PaymentBatch) -> PaymentBatch:
    """Take a batch apart that was not sent: its grants can go into another. Refuses BatchStateWrong."""
    locked = _locked(batch, BatchState.PLANNED, BatchState.APPROVED)
    locked.grants.update(batch=None)
    return _note(locked, state=BatchState.DROPPED)


def _payer_of(grants: Sequence[Grant], actor: Actor) -> Account:
    """Return the one bank account that pays all of them."""
    for grant in grants:
        if grant.state not in (GrantState.PLANNED, GrantState.APPROVED):
            raise GrantStateWrong(state=grant.state, pointer="/grants")
        if grant.batch is not None:
            raise GrantInBatch(batch=grant.batch.reference, pointer="/grants")
    without = [str(grant.id) for grant in grants if not grant.payee_account]
    if without:
        raise PayeeAccountMissing(grants=without[:10], pointer="/grants")
    payers = [bank_that_pays(fund=fund, organisation=actor.organisation) for fund in _funds_of(grants)]
    if len({payer.id for payer in payers}) > 1 or len({grant.currency for grant in grants}) > 1:
        raise BatchMixed(pointer="/grants")
    return payers[0]


def _funds_of(grants: Sequence[Grant]) -> list[Fund]:
    return list({grant.fund_id: grant.fund for grant in grants}.values())


def _require_money(batch: PaymentBatch, grants: Sequence[Grant]) -> None:
    wanted: dict[uuid.UUID, int] = defaultdict(int)
    for grant in grants:
        wanted[grant.fund_id] += grant.amount_minor
    for fund in _funds_of(grants):
        payer = bank_that_pays(fund=fund, organisation=batch.organisation)
        # Locked: another batch of the same fund waits here, and then counts this one.
        held = Balance.objects.select_for_update(of=("self",)).filter(
            account=payer, lot__purse_id=fund.purse_id, lot__currency=batch.currency, lot__item_id=None
        )
        with_bank = Grant.objects.filter(
            fund=fund, currency=batch.currency, state=GrantState.SENT, batch__organisation=batch.organisation
        ).aggregate(sum=Sum("amount_minor", default=0))["sum"]
        available = sum(row.quantity for row in held) - with_bank
        if wanted[fund.id] > available:
            raise FundOverspent(wanted=wanted[fund.id], available=max(0, available))


def _locked(batch: PaymentBatch, *states: str) -> PaymentBatch:
    locked = PaymentBatch.objects.select_for_update(of=("self",)).select_related("organisation").get(id=batch.id)
    if locked.state not in states:
        raise BatchStateWrong(state=locked.state)
    return locked


def _note(batch: PaymentBatch, **values: object) -> PaymentBatch:
    for name, value in values.items():
        setattr(batch, name, value)
    batch.save(update_fields=list(values))
    return batch
