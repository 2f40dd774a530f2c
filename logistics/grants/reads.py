"""Ask for grants."""

import uuid
from collections.abc import Sequence

from django.db.models import Count, Sum

from logistics.grants.access import visible_batches, visible_grants
from logistics.grants.batch_models import PaymentBatch
from logistics.grants.models import Grant, GrantState
from logistics.kernel.refusals import Missing
from logistics.parties.models import Organisation

# As many as one batch may hold.
TO_BATCH_MAX = 500


class GrantMissing(Missing):
    code = "grant_missing"
    zh = "没有找到这笔助学金或慰问金。"
    en = "There is no such grant."


def get_grant(*, grant_id: uuid.UUID, organisation: Organisation) -> Grant:
    """Return the grant with this id. Refuses GrantMissing, also for another organisation's."""
    rows = visible_grants(organisation).select_related("fund", "household", "beneficiary")
    found = rows.filter(id=grant_id).first()
    if found is None:
        raise GrantMissing
    return found


class BatchMissing(Missing):
    code = "payment_batch_missing"
    zh = "没有找到这个代发批次。"
    en = "There is no such payment batch."


def get_batch(*, batch_id: uuid.UUID, organisation: Organisation) -> PaymentBatch:
    """Return the payment batch with this id. Refuses BatchMissing, also for another organisation's."""
    found = visible_batches(organisation).select_related("organisation").filter(id=batch_id).first()
    if found is None:
        raise BatchMissing
    return found


def get_grants(*, grant_ids: Sequence[uuid.UUID], organisation: Organisation) -> list[Grant]:
    """Return grants in the order asked for. Refuses GrantMissing where one is not there, or another's."""
    found = {row.id: row for row in visible_grants(organisation).filter(id__in=grant_ids)}
    if any(grant_id not in found for grant_id in grant_ids):
        raise GrantMissing(pointer="/grants")
    return [found[grant_id] for grant_id in grant_ids]


def grants_to_batch(organisation: Organisation) -> list[Grant]:
    """List the grants that can go into a payment batch: planned or approved, in none, with a payee's account."""
    rows = visible_grants(organisation).filter(state__in=(GrantState.PLANNED, GrantState.APPROVED), batch=None)
    # What is encrypted is not asked for in the database.
    candidates = rows.select_related("fund", "household", "beneficiary").order_by("fund__code", "id")[:TO_BATCH_MAX]
    return [row for row in candidates if row.payee_account]


def sums_of_batch(batch: PaymentBatch) -> dict[str, tuple[int, int]]:
    """Count a batch by the state of its grants: (how many, minor units) of each."""
    rows = batch.grants.order_by().values_list("state").annotate(count=Count("id"), sum=Sum("amount_minor"))
    return {state: (count, total) for state, count, total in rows}
