"""Ask for official bills, and for gifts that have none."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from logistics.donations.bill_models import OfficialBill
from logistics.donations.models import Donation
from logistics.kernel.refusals import Missing


class BillMissing(Missing):
    code = "bill_missing"
    zh = "这笔捐赠没有登记票据。"
    en = "No official bill is registered for this gift."


def bills_of(donation: Donation) -> "QuerySet[OfficialBill]":
    """Return the official bills of a gift, the void ones too, the first one first."""
    return OfficialBill.objects.filter(donation=donation).select_related("void_row", "photo_row").order_by("revision")


def get_bill(*, donation: Donation) -> OfficialBill:
    """Return the latest official bill of a gift. Refuses BillMissing."""
    found = bills_of(donation).last()
    if found is None:
        raise BillMissing
    return found


def official_bill_numbers(gift_ids: Iterable[uuid.UUID], known_at: dt.datetime | None = None) -> dict[uuid.UUID, str]:
    """Say the official bill of each gift that has one, by code and number, in one query; as known at a moment."""
    rows = OfficialBill.objects.filter(donation__in=list(gift_ids))
    if known_at is None:
        rows = rows.filter(void_row__isnull=True)
    else:
        standing = Q(void_row__isnull=True) | Q(void_row__voided_at__gt=known_at)
        rows = rows.filter(standing, registered_at__lte=known_at)
    return {gift: f"{code} {number}" for gift, code, number in rows.values_list("donation", "code", "number")}


def with_bill(rows: "QuerySet[Donation]", *, has_bill: bool) -> "QuerySet[Donation]":
    """Narrow gifts to those with an official bill that counts, or to those without one."""
    standing = OfficialBill.objects.filter(donation=OuterRef("id"), void_row__isnull=True)
    return rows.filter(Exists(standing) if has_bill else ~Exists(standing))
