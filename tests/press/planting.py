"""Rows that somebody puts into the books behind the application's back, one of each table."""

import uuid
from collections.abc import Callable, Mapping

from logistics.deliveries.models import ScanEvent
from logistics.journal.log import Leaf, SealedLeaf, Voucher
from logistics.journal.models import (
    Account,
    FrozenBalance,
    JournalEntry,
    Lot,
    LotSource,
    Period,
    PeriodState,
    Permit,
    Purse,
    Transfer,
)
from tests.press.tampering import copy_of, put


def _new_entry() -> None:
    entry = JournalEntry.objects.filter(kind="DONATION").order_by("id")[3]
    copy = copy_of(entry, idempotency_key="forged", reverses_id=None, permit_id=None)
    for transfer in entry.transfers.all():
        copy_of(transfer, entry_id=copy.pk, is_origin=False)


def _new_transfer() -> None:
    transfer = Transfer.objects.order_by("entry", "position")[5]
    copy_of(transfer, position=99, is_origin=False)


def _new_account() -> None:
    copy_of(Account.objects.filter(kind="DONOR")[0], subject_id=uuid.uuid4())


def _new_scan() -> None:
    copy_of(ScanEvent.objects.all()[0])


def _new_permit() -> None:
    copy_of(Permit.objects.all()[0])


def _new_lot() -> None:
    copy_of(Lot.objects.filter(item_id__isnull=False)[0])


def _new_source() -> None:
    copy_of(LotSource.objects.all()[0])


def _new_purse() -> None:
    copy_of(Purse.objects.all()[0])


def _new_period() -> None:
    period = Period.objects.filter(state=PeriodState.CLOSED)[0]
    copy_of(period, ends_on=period.ends_on.replace(day=28))


def _new_frozen() -> None:
    copy_of(FrozenBalance.objects.all()[0], account_id=uuid.uuid4(), quantity=5)


def _new_voucher() -> None:
    voucher = Voucher.objects.all()[0]
    entry = JournalEntry.objects.exclude(id__in=Voucher.objects.values("entry"))[0]
    copy_of(voucher, entry_id=entry.pk, number=999_999)


def _new_leaf() -> None:
    copy_of(Leaf.objects.filter(kind="SCAN")[0], subject_id=uuid.uuid4())


def _new_number() -> None:
    leaf = copy_of(Leaf.objects.filter(kind="SCAN")[0], subject_id=uuid.uuid4())
    last = SealedLeaf.objects.order_by("-id")[0]
    number = SealedLeaf(id=last.id, leaf_id=leaf.pk, organisation_id=last.organisation_id, own_number=999_999, hash="0")
    put(last, id=last.id + 1)
    SealedLeaf.objects.bulk_create([number])


PLANTED: Mapping[str, Callable[[], None]] = {
    "entry": _new_entry,
    "transfer": _new_transfer,
    "account": _new_account,
    "scan": _new_scan,
    "permit": _new_permit,
    "lot": _new_lot,
    "source": _new_source,
    "purse": _new_purse,
    "period": _new_period,
    "frozen balance": _new_frozen,
    "voucher": _new_voucher,
    "leaf": _new_leaf,
    "number": _new_number,
}
