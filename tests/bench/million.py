"""A journal of a million lines: valid rows over six years, written in bulk into a copy of the template.

A hundred and ten thousand parcels of three items each, reserved, packed and handed over; ten thousand gifts; ten
purchases. Every entry has its leaf with its number, and every voucher too. On PostgreSQL the owner writes by COPY
with the triggers switched off meanwhile, on SQLite they look at every row.
"""

import datetime as dt
import itertools
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import psycopg
from django.db import connection

from logistics.journal.models import FrozenBalance, Period
from logistics.ledgers.scope import LedgerScope
from logistics.ledgers.sums import closings
from logistics.storage.rows import new_id
from tests.cast import World
from tests.databases import OWNER_URL

# A million lines; fewer where NUANLIU_BENCH_PARCELS says so, nine lines a parcel.
PARCELS = int(os.environ.get("NUANLIU_BENCH_PARCELS", "110000"))
GIFTS, PURCHASES, HOUSEHOLDS, ITEMS = 10_000, 10, 2_000, 3
FIRST_DAY, DAYS = dt.date(2020, 1, 1), 2_190
LEAF = b"x" * 300
Values = tuple[object, ...]
COLUMNS = {
    "journal_account": "id kind subject_id detail reference place_id organisation_id",
    "journal_entry": (
        "id kind organisation_id idempotency_key evidence_sha256 transfer_count occurred_at booked_on posted_at"
    ),
    "journal_lot": "id purse_id item_id currency quantity value_minor basis batch origin_id",
    "journal_transfer": "id entry_id position lot_id credit_id debit_id start stop value_minor is_origin",
    "journal_leaf": "id kind subject_id organisation_id data",
    "journal_sealedleaf": "id leaf_id organisation_id own_number hash",
    "journal_voucher": "id entry_id organisation_id month number",
}


@dataclass
class Million:
    """The rows, table by table, made by a clock that only goes on."""

    world: World
    parcels: int = PARCELS
    rows: dict[str, list[Values]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _vouchers: dict[str, int] = field(default_factory=dict)

    def make(self) -> None:
        """Make every row: gifts, purchases, then parcels, in the order of their days."""
        world = self.world
        donor, bank = world.donor.account_id, world.warm_fund.bank_account_id
        seller, shelf = world.supplier.account_id, world.warehouse.account_id
        money, per_lot = new_id(), -(-self.parcels // PURCHASES)
        families = [self._account("HOUSEHOLD", number) for number in range(HOUSEHOLDS)]
        for number in range(GIFTS):
            entry = self._entry("DONATION", FIRST_DAY, 1)
            if not number:
                self._add("journal_lot", money, world.warm_fund.purse_id, None, "CNY", None, None, "", "", entry)
            self._transfer(entry, 0, money, donor, bank, number * 100, number * 100 + 100, 100, True)
        items = [world.gloves.id, world.vest.id, world.blanket.id]
        for batch in range(PURCHASES):
            day = FIRST_DAY + dt.timedelta(days=DAYS * batch // PURCHASES)
            entry, paid = self._entry("PURCHASE", day, ITEMS + 1), GIFTS * 100 // PURCHASES
            self._transfer(entry, 0, money, bank, seller, batch * paid, batch * paid + paid, paid, False)
            lots = [new_id() for _ in items]
            for place, (lot, item) in enumerate(zip(lots, items, strict=True)):
                value = per_lot * 100
                head = (lot, world.warm_fund.purse_id, item, "CNY", per_lot, value, "INVOICE", "", entry)
                self._add("journal_lot", *head)
                self._transfer(entry, place + 1, lot, seller, shelf, 0, per_lot, value, True)
            for unit in range(min(per_lot, self.parcels - batch * per_lot)):
                number = batch * per_lot + unit
                self._parcel(number, unit, lots, shelf, families[number % HOUSEHOLDS])

    def _parcel(self, number: int, unit: int, lots: Sequence[uuid.UUID], shelf: uuid.UUID, family: uuid.UUID) -> None:
        day = FIRST_DAY + dt.timedelta(days=DAYS * number // self.parcels)
        reserved, packed = self._account("RESERVED", number), self._account("PARCEL", number)
        for kind, credit, debit in (
            ("RESERVE", shelf, reserved),
            ("PACK", reserved, packed),
            ("HAND_OVER", packed, family),
        ):
            entry = self._entry(kind, day, len(lots))
            for place, lot in enumerate(lots):
                self._transfer(entry, place, lot, credit, debit, unit, unit + 1, 100, False)

    def _entry(self, kind: str, day: dt.date, count: int) -> uuid.UUID:
        number = len(self.rows["journal_entry"])
        entry, owner = self._id(), self.world.county.id
        at = dt.datetime(day.year, day.month, day.day, 2, tzinfo=dt.UTC) + dt.timedelta(milliseconds=number)
        self._add("journal_entry", entry, kind, owner, f"bench:{number}", "", count, at, day, at)
        leaf = self._id()
        self._add("journal_leaf", leaf, "ENTRY", entry, owner, LEAF)
        self._add("journal_sealedleaf", 1_000_000 + number, leaf, owner, 1_000_000 + number, "0" * 64)
        if kind in {"DONATION", "PURCHASE", "HAND_OVER"}:
            month = f"{day:%Y-%m}"
            self._vouchers[month] = self._vouchers.get(month, 0) + 1
            self._add("journal_voucher", self._id(), entry, owner, month, self._vouchers[month])
        return entry

    def _transfer(self, entry: uuid.UUID, place: int, lot: uuid.UUID, *rest: object) -> None:
        self._add("journal_transfer", self._id(), entry, place, lot, *rest)

    def _account(self, kind: str, number: int) -> uuid.UUID:
        account, owner = self._id(), self.world.county.id
        self._add("journal_account", account, kind, self._id(), "", f"{kind[:1]}-{number:08d}", None, owner)
        return account

    def _id(self) -> uuid.UUID:
        """Make the next id, behind every one before."""
        return uuid.UUID(int=(0x0190 << 112) | (7 << 76) | (2 << 62) | (next(self._numbers) << 16) | 0x5A5A)

    def _add(self, table: str, *values: object) -> None:
        self.rows[table].append(values)


def write_million(world: World, parcels: int = PARCELS) -> int:
    """Write the journal and close its years; returns how many lines it has."""
    book = Million(world, parcels)
    book.make()
    (_copied if connection.vendor == "postgresql" else _inserted)(book.rows)
    # The years close by sums over what was written.
    _gather_statistics()
    for year in range(FIRST_DAY.year, FIRST_DAY.year + 5):
        _close(world, dt.date(year, 12, 31))
    _gather_statistics()
    return len(book.rows["journal_transfer"])


def _gather_statistics() -> None:
    """Let the database know what it holds, as its own workers do; on PostgreSQL only the owner may."""
    if connection.vendor == "postgresql":
        with psycopg.connect(_owner_url(), autocommit=True) as owner:
            owner.execute("ANALYZE")
        return
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _owner_url() -> str:
    return f"{OWNER_URL.rsplit('/', 1)[0]}/{connection.settings_dict['NAME']}"


def _close(world: World, day: dt.date) -> None:
    at = dt.datetime(day.year + 1, 1, 2, tzinfo=dt.UTC)
    sums = closings(LedgerScope(world.county, to_on=day), ("account_id", "lot_id"))
    people = {"proposed_by_id": world.officer.id, "proposed_at": at}
    period = Period.objects.create(organisation_id=world.county.id, ends_on=day, **people)
    FrozenBalance.objects.bulk_create(
        (
            FrozenBalance(
                period=period, account_id=account, lot_id=lot, quantity=amount.quantity, value_minor=amount.value
            )
            for (account, lot), amount in sums.items()
        ),
        batch_size=5_000,
    )
    Period.objects.filter(id=period.id).update(state="CLOSED", closed_at=at, closed_by_id=world.approver.id)


def _copied(rows: dict[str, list[Values]]) -> None:
    with psycopg.connect(_owner_url(), autocommit=True) as owner, owner.cursor() as cursor:
        for table, values in rows.items():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            with cursor.copy(f"COPY {table} ({', '.join(COLUMNS[table].split())}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _inserted(rows: dict[str, list[Values]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for table, values in rows.items():
            names = COLUMNS[table].split()
            # The columns that may be empty have no default of the table's own.
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", (_plain(row) for row in values)
            )
        cursor.execute("COMMIT")


def _plain(row: Iterable[object]) -> list[object]:
    return [_stored(value) for value in row]


def _stored(value: object) -> object:
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    return value.isoformat() if isinstance(value, dt.date) else value


def read_all(parts: Iterable[bytes], lines: int = 0) -> int:
    """Read a download to its end, or to so many lines; returns how many were read."""
    seen = 0
    for part in parts:
        seen += part.count(b"\n")
        if lines and seen >= lines:
            break
    return seen
