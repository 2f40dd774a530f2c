"""Random books: whatever is done, independent programs find the balances that we say, and every table closes."""

import contextlib
import datetime as dt
import os
from collections import defaultdict
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.grants.actions import approve_grant, pay_grant, plan_grant
from logistics.journal.actions import open_account, post_entry, reverse_entry
from logistics.journal.models import AccountKind, EntryKind, JournalEntry, Lot
from logistics.journal.postings import Movement, Piece, Posting, side_of
from logistics.kernel.refusals import Refusal
from logistics.ledgers.funds import GOODS, MONEY, fund_figures
from logistics.ledgers.movement import QUANTITIES, movements
from logistics.ledgers.scope import LedgerScope
from logistics.stock.actions import assemble_kits, break_up_kits
from logistics.storage.transactions import apart
from tests.cast import World, raise_curtain
from tests.ledgers.oracles import assert_programs_agree, own_balances
from tests.looking import assert_books_close
from tests.money import earned_interest, paid_cost

STEPS = (
    *("give", "buy", "assemble", "break_up", "plan", "walk", "lose"),
    *("grant", "cost", "interest", "reverse", "hand_down"),
)
_INCOMING = ("opening", "received", "interest", "income", "price_refunds", "handed_in", "other_in")
_OUTGOING = ("refunded", "spent", "granted", "costs", "handed_down", "other_out")


class Book:
    """A county's book that random steps write; a step that the books refuse leaves it as it was."""

    def __init__(self) -> None:
        self.world: World = raise_curtain()
        self.parcels: list = []  # type: ignore[type-arg]
        self.number = 0

    def step(self, name: str, size: int) -> None:
        """Do one step, some hours after the last."""
        self.number += 1
        self.world.now += dt.timedelta(hours=7)
        with contextlib.suppress(Refusal):
            apart(lambda: getattr(self, f"_{name}")(size))

    def _give(self, size: int) -> None:
        self.world.give_money(1_000 * size + 7)

    def _buy(self, size: int) -> None:
        world = self.world
        world.buy((world.gloves, size, 101 * size), (world.vest, size, 307 * size), (world.blanket, size, 17))

    def _assemble(self, size: int) -> None:
        world = self.world
        place = {"recipe": world.recipe, "warehouse": world.warehouse, "fund": world.warm_fund}
        assemble_kits(actor=world.partner, quantity=size, now=world.now, **place)

    def _break_up(self, size: int) -> None:
        world = self.world
        place = {"recipe": world.recipe, "warehouse": world.warehouse, "fund": world.warm_fund}
        break_up_kits(actor=world.partner, quantity=1, now=world.now, **place)

    def _plan(self, size: int) -> None:
        self.parcels += self.world.plan(1)

    def _walk(self, size: int) -> None:
        steps = ("PACK", "SEAL", "DISPATCH", "HAND_OVER", "RETURN")[: size % 5 + 1]
        if self.parcels:
            self.world.walk(self.parcels[size % len(self.parcels)], *steps)

    def _lose(self, size: int) -> None:
        if self.parcels:
            self.world.walk(self.parcels[size % len(self.parcels)], "PACK", "LOSE")

    def _grant(self, size: int) -> None:
        world, officer = self.world, self.world.as_actor(self.world.officer)
        whom = {"fund": world.warm_fund, "household": world.family, "reference": f"grant-{self.number}"}
        grant, _ = plan_grant(actor=officer, amount_minor=100 * size, now=world.now, **whom)
        approve_grant(grant=grant, approver_id=world.approver.id, now=world.now)
        pay_grant(actor=world.as_actor(world.officer), grant=grant, now=world.now)

    def _cost(self, size: int) -> None:
        paid_cost(self.world, 3 * size)

    def _interest(self, size: int) -> None:
        earned_interest(self.world, size)

    def _reverse(self, size: int) -> None:
        entries = list(JournalEntry.objects.filter(reverses=None, kind__in=["DONATION", "PURCHASE"]).order_by("id"))
        if entries:
            reverse_entry(entry=entries[size % len(entries)], now=self.world.now, reason_key="random")

    def _hand_down(self, size: int) -> None:
        """Pass a lot's first unit to the county beside: on its way it is in transit, as every hand-down is."""
        world = self.world
        lot = Lot.objects.filter(item_id=world.gloves.id).order_by("id").first()
        if lot is None:
            return
        road, away = (
            open_account(kind=kind, subject_id=body.id, organisation_id=body.id, reference=name)
            for kind, body, name in (
                (AccountKind.IN_TRANSIT, world.county, "road"),
                (AccountKind.WAREHOUSE, world.stranger_county, "wh-beside"),
            )
        )
        piece = Piece(lot.id, 0, 1, (lot.value_minor or 0) // (lot.quantity or 1))
        ways = (
            (EntryKind.HAND_DOWN_OUT, world.county, world.warehouse.account, road),
            (EntryKind.HAND_DOWN_IN, world.stranger_county, road, away),
        )
        for kind, body, start, end in ways:
            moved = Movement(piece, credit=side_of(start), debit=side_of(end))
            parts = {"occurred_at": world.now, "actor_id": world.officer.id, "movements": (moved,)}
            post_entry(posting=Posting(kind, body.id, f"{kind}:{self.number}", **parts), now=world.now)


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 12)), min_size=4, max_size=14))
@settings(max_examples=int(os.environ.get("NUANLIU_EXAMPLES", "4")))
def test_independent_programs_find_the_balances_of_random_books(db: None, tmp_path: Path, steps: list) -> None:  # type: ignore[type-arg]
    from django.db import transaction

    with transaction.atomic():
        book = Book()
        for size in (12, 9):
            book.step("give", size)
            book.step("buy", 6)
        for name, size in steps:
            book.step(name, size)
        assert_books_close()
        for scope in (LedgerScope(book.world.county), _later(book)):
            assert_programs_agree(scope, tmp_path)
            _assert_tables_close(scope)
        _assert_tables_close(LedgerScope(None))
        transaction.set_rollback(True)


def _later(book: Book) -> LedgerScope:
    return LedgerScope(None, from_on=dt.date(2026, 1, 14), known_at=book.world.now)


def _assert_tables_close(scope: LedgerScope) -> None:
    by_commodity: dict[str, int] = defaultdict(int)
    for (_, commodity), quantity in own_balances(scope).items():
        by_commodity[commodity] += quantity
    assert set(by_commodity.values()) <= {0}
    found, values = movements(scope)
    for lot_id, row in found.items():
        came = sum(row[name] for name in QUANTITIES if name.startswith("in_"))
        went = sum(row[name] for name in QUANTITIES if name.startswith("out_"))
        assert row["opening"] + came - went == row["closing"], lot_id
        assert min(values[lot_id]) >= 0
    for figures in fund_figures(scope).values():
        money = sum(figures[name] for name in _INCOMING) - sum(figures[name] for name in _OUTGOING)
        assert figures["opening_balance"] + money == figures["balance"]
        assert set(_INCOMING) | set(_OUTGOING) <= set(MONEY)
        added = [f"goods_{name}" for name in (*_INCOMING, "bought", "surplus") if f"goods_{name}" in GOODS]
        taken = [f"goods_{name}" for name in (*_OUTGOING, "lost", "sold") if f"goods_{name}" in GOODS]
        goods = sum(figures[name] for name in added) - sum(figures[name] for name in taken)
        assert figures["goods_opening_balance"] + goods == figures["goods_balance"]
