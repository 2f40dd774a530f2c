"""Close periods: one person proposes, another closes, balances freeze, and nothing is booked there any more.

A fact that comes late is booked on the first open day and keeps its `occurred_at`; a correction is a reversal there.
"""

import datetime as dt
import uuid
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from logistics.journal.leaves import append_leaves, leaf_of_period
from logistics.journal.models import FrozenBalance, Period, PeriodState, Transfer
from logistics.journal.open_days import forget_open_days
from logistics.journal.triggers import POSTING_LOCK
from logistics.kernel.refusals import Conflicting, Missing, NotAllowed, Unacceptable
from logistics.storage.transactions import action

Frozen = dict[tuple[uuid.UUID, uuid.UUID], tuple[int, int]]


class PeriodMissing(Missing):
    code = "period_missing"
    zh = "没有找到这个会计期间。"
    en = "There is no such period."


class PeriodNotOver(Unacceptable):
    code = "period_not_over"
    zh = "{ends_on} 尚未过去，不能结账。"
    en = "{ends_on} is not over yet; the period cannot close."


class PeriodClosedAlready(Conflicting):
    code = "period_closed_already"
    zh = "账已结到 {closed_through}，只能结其后的日期。"
    en = "The books are closed through {closed_through} already; only a later day can close."


class PeriodProposedAlready(Conflicting):
    code = "period_proposed_already"
    zh = "已有人提出结账到 {ends_on}，请先审批或撤回。"
    en = "Closing through {ends_on} is proposed already; close or withdraw that first."


class PeriodNotProposed(Conflicting):
    code = "period_not_proposed"
    zh = "这个期间的状态是 {state}，不能这样操作。"
    en = "This period is {state}; this cannot be done now."


class ClosedByProposer(NotAllowed):
    code = "closed_by_proposer"
    zh = "提出结账的人不能自己审批。"
    en = "Who proposed the closing may not close the period."


@action
def propose_period(
    *, organisation_id: uuid.UUID, ends_on: dt.date, proposed_by_id: uuid.UUID, now: dt.datetime
) -> Period:
    """Propose to close an organisation's books through a day.

    Refuses PeriodNotOver, PeriodClosedAlready, PeriodProposedAlready.
    """
    _lock(organisation_id)
    if ends_on >= timezone.localdate(now):
        raise PeriodNotOver(ends_on=ends_on.isoformat(), pointer="/ends_on")
    closed = closed_through(organisation_id)
    if closed is not None and ends_on <= closed:
        raise PeriodClosedAlready(closed_through=closed.isoformat(), pointer="/ends_on")
    waiting = Period.objects.filter(organisation_id=organisation_id, state=PeriodState.PROPOSED).first()
    if waiting is not None:
        raise PeriodProposedAlready(ends_on=waiting.ends_on.isoformat())
    return Period.objects.create(
        organisation_id=organisation_id,
        starts_on=closed + dt.timedelta(days=1) if closed else None,
        ends_on=ends_on,
        proposed_at=now,
        proposed_by_id=proposed_by_id,
    )


@action
def withdraw_period(*, period: Period) -> Period:
    """Take a proposal back. Refuses PeriodNotProposed."""
    _lock(period.organisation_id)
    return _noted(_proposed(period), state=PeriodState.WITHDRAWN)


@action
def freeze_period(*, period: Period, closed_by_id: uuid.UUID, now: dt.datetime) -> Period:
    """Close a proposed period: balances freeze and a leaf says what they are.

    Refuses PeriodNotProposed, ClosedByProposer. `deliveries.close_period` asks first whether facts still wait.
    """
    _lock(period.organisation_id)
    locked = _proposed(period)
    if locked.proposed_by_id == closed_by_id:
        raise ClosedByProposer
    frozen = balances_by(organisation_id=locked.organisation_id, on=locked.ends_on)
    FrozenBalance.objects.bulk_create(
        FrozenBalance(period=locked, account_id=account, lot_id=lot, quantity=quantity, value_minor=value)
        for (account, lot), (quantity, value) in frozen.items()
    )
    closed = _noted(locked, state=PeriodState.CLOSED, closed_at=now, closed_by_id=closed_by_id)
    append_leaves([leaf_of_period(closed, ((*pair, *sums) for pair, sums in frozen.items()))])
    transaction.on_commit(forget_open_days)
    return closed


def closed_through(organisation_id: uuid.UUID) -> dt.date | None:
    """Return the last closed day of an organisation's books, or None."""
    rows = Period.objects.filter(organisation_id=organisation_id, state=PeriodState.CLOSED).order_by("-ends_on")
    return rows.values_list("ends_on", flat=True).first()


def get_period(*, period_id: uuid.UUID, organisation_ids: "QuerySet[Any, Any]") -> Period:
    """Return a period of one of these organisations. Refuses PeriodMissing, also for another's."""
    found = Period.objects.filter(id=period_id, organisation_id__in=organisation_ids).first()
    if found is None:
        raise PeriodMissing
    return found


def balances_by(*, organisation_id: uuid.UUID, on: dt.date, known_at: dt.datetime | None = None) -> Frozen:
    """Sum what an organisation's entries booked by a day (and posted by a moment) made of every account and lot.

    Reads the last closing before the day and the entries since, however long the history is. Signed: what left a
    source is negative there. Sums that are nothing are left out.
    """
    last = _last_closing(organisation_id, on, known_at)
    summed: Frozen = {}
    since = Q(entry__organisation_id=organisation_id, entry__booked_on__lte=on)
    if last is not None:
        since &= Q(entry__booked_on__gt=last.ends_on)
        for account, lot, quantity, value in last.balances.values_list(
            "account_id", "lot_id", "quantity", "value_minor"
        ):
            summed[account, lot] = (quantity, value)
    if known_at is not None:
        since &= Q(entry__posted_at__lte=known_at)
    for side, sign in (("debit_id", 1), ("credit_id", -1)):
        rows = Transfer.objects.filter(since).values_list(side, "lot_id").order_by()
        for account, lot, stop, start, value in rows.annotate(
            stops=Sum("stop"), starts=Sum("start"), value=Sum("value_minor")
        ):
            before = summed.get((account, lot), (0, 0))
            summed[account, lot] = (before[0] + sign * (stop - start), before[1] + sign * value)
    return {key: sums for key, sums in summed.items() if sums != (0, 0)}


def _last_closing(organisation_id: uuid.UUID, on: dt.date, known_at: dt.datetime | None) -> Period | None:
    rows = Period.objects.filter(organisation_id=organisation_id, state=PeriodState.CLOSED, ends_on__lte=on)
    if known_at is not None:
        rows = rows.filter(closed_at__lte=known_at)
    return rows.order_by("-ends_on").first()


def _proposed(period: Period) -> Period:
    locked = Period.objects.select_for_update().get(id=period.id)
    if locked.state != PeriodState.PROPOSED:
        raise PeriodNotProposed(state=locked.state)
    return locked


def _noted(period: Period, **values: object) -> Period:
    for name, value in values.items():
        setattr(period, name, value)
    period.save(update_fields=list(values))
    return period


def _lock(organisation_id: uuid.UUID) -> None:
    """Wait for whoever posts for this organisation, and let nobody begin until the end of the transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [POSTING_LOCK, str(organisation_id)])
