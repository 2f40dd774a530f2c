"""A machine that posts, reverses, closes, holds, hands down, assembles, breaks up and races, against a reference.

Every example has organisations, accounts and a purse of its own in a database that really commits. Longer:
`NUANLIU_SOAK=1`, as `make soak` does.
"""

import datetime as dt
import os
import uuid

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from logistics.journal.actions import EntryReversedAlready, open_account, open_purse, post_entry, reverse_entry
from logistics.journal.balances import UnitsNotThere
from logistics.journal.models import (
    Account,
    AccountKind,
    Balance,
    EntryKind,
    FrozenBalance,
    JournalEntry,
    Lot,
    LotSource,
)
from logistics.journal.periods import balances_by, freeze_period, propose_period
from logistics.journal.postings import Movement, NewLot, Piece, Posting, Source, side_of
from logistics.journal.purses import FundOverspent, money_pieces, receive_money
from logistics.journal.sealing import seal_leaves
from logistics.journal.verifying import verified_journal
from logistics.storage.rows import new_id
from logistics.storage.transactions import action
from tests.journal.reference import Fact, Move, Reference
from tests.journal.test_races import _at_once

IS_SOAK = bool(os.environ.get("NUANLIU_SOAK"))
EXAMPLES, STEPS = (100, 50) if IS_SOAK else (15, 30)
FIRST_DAY = dt.date(2026, 1, 5)
PLACES = {
    "donor": AccountKind.DONOR,
    "supplier": AccountKind.SUPPLIER,
    "bank": AccountKind.BANK,
    "store": AccountKind.WAREHOUSE,
    "held": AccountKind.QUARANTINE,
    "family": AccountKind.HOUSEHOLD,
    "bench": AccountKind.ASSEMBLY,
    "road": AccountKind.IN_TRANSIT,
    # Where one body's lots go in and the other's come out.
    "desk": AccountKind.ASSEMBLY,
    "lower": AccountKind.WAREHOUSE,
}
WAYS = {"hold": ("store", "held"), "release": ("held", "store"), "hand over": ("store", "family")}
MONEY = "money"
counts = st.integers(1, 6)


class Machine(RuleBasedStateMachine):
    """Our books and the reference, fed with the same."""

    @initialize()
    def begin(self) -> None:
        """Open everything anew."""
        self.model, self.day = Reference(prices={MONEY: 1}), FIRST_DAY
        self.bodies = {"upper": uuid.uuid4(), "below": uuid.uuid4()}
        self.purse = open_purse(purse_id=new_id(), organisation_id=self.bodies["upper"], is_restricted=False).id
        self.accounts = {name: self._account(name, kind) for name, kind in PLACES.items()}
        self.lots: dict[str, uuid.UUID] = {}
        self.entries: list[tuple[JournalEntry, Fact]] = []
        self.parts: dict[str, list[Move]] = {}
        # Something to work with from the beginning.
        self.give(60, 0)
        self.buy(9, 2)
        self.buy(8, 3)

    def _account(self, name: str, kind: str) -> Account:
        owner = self.bodies["below" if name == "lower" else "upper"]
        return open_account(kind=kind, subject_id=new_id(), organisation_id=owner, reference=name)

    @rule(amount=st.integers(1, 30), days_late=st.integers(0, 3))
    def give(self, amount: int, days_late: int) -> None:
        """Receive a gift, perhaps days after it was given."""
        start, day = self.model.born[MONEY], self.day - dt.timedelta(days=days_late)
        posting = Posting(EntryKind.DONATION, self.bodies["upper"], f"g-{new_id()}", _noon(day), entry_id=new_id())
        (entry,) = receive_money(
            purse_id=self.purse,
            currency="CNY",
            bank=side_of(self.accounts["bank"]),
            gifts=[(posting, side_of(self.accounts["donor"]), amount)],
            now=_noon(self.day),
        )
        self.lots[MONEY] = Lot.objects.get(purse_id=self.purse, item_id=None).id
        move = Move(MONEY, start, start + amount, "donor", "bank", is_born=True)
        self.entries.append((entry, self.model.post("upper", day, [move])))

    @rule(count=counts, price=st.integers(1, 5))
    def buy(self, count: int, price: int) -> None:
        """Spend the lowest fen on a lot of goods."""
        spans = self.model.lowest("bank", MONEY, count * price)
        if sum(stop - start for start, stop in spans) < count * price:
            with pytest.raises(FundOverspent):
                self._spend(count * price)
            return
        moves = [Move(MONEY, start, stop, "bank", "supplier") for start, stop in spans]
        name = self._new_lot(price)
        moves.append(Move(name, 0, count, "supplier", "store", is_born=True))
        self._post(EntryKind.PURCHASE, moves, made=name)

    @rule(way=st.sampled_from(sorted(WAYS)), count=counts, data=st.data())
    def move(self, way: str, count: int, data: st.DataObject) -> None:
        """Move units that are there, or some that are not."""
        name = self._some_lot(data)
        if name is None:
            return
        start = data.draw(st.integers(0, 5))
        self._post(EntryKind.PACK, [Move(name, start, start + count, *WAYS[way])])

    @rule(count=st.integers(1, 3), data=st.data())
    def assemble(self, count: int, data: st.DataObject) -> None:
        """Make kits of two units each."""
        name = self._some_lot(data)
        spans = self.model.lowest("store", name, 2 * count) if name else []
        if not name or len(spans) != 1 or spans[0][1] - spans[0][0] < 2 * count:
            return
        taken = Move(name, *spans[0], "store", "bench")
        kit = self._new_lot(2 * self.model.prices[name])
        self.parts[kit] = [taken]
        self._post(EntryKind.ASSEMBLY, [taken, Move(kit, 0, count, "bench", "store", is_born=True)], made=kit)

    @precondition(lambda self: self.parts)
    @rule(data=st.data())
    def break_up(self, data: st.DataObject) -> None:
        """Take a whole lot of kits apart: just what went in comes back, if all are there."""
        kit = data.draw(st.sampled_from(sorted(self.parts)))
        ways = [Move(kit, 0, self.model.born[kit], "store", "bench"), *(move.mirrored for move in self.parts[kit])]
        self._post(EntryKind.BREAK_UP, ways)

    @rule(count=counts, data=st.data())
    def hand_down(self, count: int, data: st.DataObject) -> None:
        """Send units down; the body below takes them as a lot of its own."""
        name = self._some_lot(data)
        spans = self.model.lowest("store", name, count) if name else []
        if not name or len(spans) != 1:
            return
        sent = Move(name, *spans[0], "store", "road")
        self._post(EntryKind.HAND_DOWN_OUT, [sent])
        arrived = self._new_lot(self.model.prices[name])
        taken = sent._replace(source="road", target="desk")
        born = Move(arrived, 0, taken.stop - taken.start, "desk", "lower", is_born=True)
        self._post(EntryKind.HAND_DOWN_IN, [taken, born], made=arrived, body="below")

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        """Reverse any entry: once, and only while its units are still there."""
        entry, fact = self.entries[data.draw(st.integers(0, len(self.entries) - 1))]
        mirror = [move.mirrored for move in fact.moves]
        if fact.is_reversed or not self.model.can(mirror):
            with pytest.raises((EntryReversedAlready, UnitsNotThere)):
                reverse_entry(entry=entry, now=_noon(self.day), reason_key="machine")
            return
        reversal = reverse_entry(entry=entry, now=_noon(self.day), reason_key="machine")
        fact.is_reversed = True
        self.entries.append((reversal, self.model.post(fact.organisation, self.day, mirror)))

    @rule(days=st.integers(1, 3))
    def sleep(self, days: int) -> None:
        """Let days pass."""
        self.day += dt.timedelta(days=days)

    @rule(body=st.sampled_from(["upper", "below"]))
    def close(self, body: str) -> None:
        """Close the books through yesterday."""
        through = self.day - dt.timedelta(days=1)
        if self.model.closed.get(body, dt.date.min) >= through:
            return
        period = propose_period(
            organisation_id=self.bodies[body], ends_on=through, proposed_by_id=uuid.uuid4(), now=_noon(self.day)
        )
        freeze_period(period=period, closed_by_id=uuid.uuid4(), now=_noon(self.day))
        self.model.closed[body] = through

    @rule(data=st.data())
    def race(self, data: st.DataObject) -> None:
        """Let eight take the same units at once: one has them."""
        name = self._some_lot(data)
        spans = self.model.lowest("store", name, 2) if name else []
        if not name or not spans:
            return
        moves = [Move(name, *spans[0], "store", "family")]
        results = _at_once(lambda number: self._send(EntryKind.PACK, moves))
        won = [entry for entry in results if isinstance(entry, JournalEntry)]
        assert len(won) == 1
        assert all(isinstance(result, JournalEntry | UnitsNotThere) for result in results), results
        self.entries.append((won[0], self.model.post("upper", self.day, moves)))

    @invariant()
    def balances_are_the_reference_s(self) -> None:
        """Every account that holds things holds just those units, at their value."""
        if not hasattr(self, "model"):
            return
        names = {lot: name for name, lot in self.lots.items()}
        for place, account in self.accounts.items():
            if account.is_source:
                continue
            rows = Balance.objects.filter(account=account)
            units = {(names[row.lot_id], n) for row in rows for start, stop in row.spans for n in range(start, stop)}
            assert units == self.model.places[place], place
            assert all(row.value_minor == row.quantity * self.model.prices[names[row.lot_id]] for row in rows)

    def teardown(self) -> None:
        """Ask for every past day again, and follow the value through every chain of lots."""
        if not hasattr(self, "model"):
            return
        names = {account.id: place for place, account in self.accounts.items()}
        lots = {lot: name for name, lot in self.lots.items()}
        for body, organisation in self.bodies.items():
            for days in range((self.day - FIRST_DAY).days + 5):
                day = FIRST_DAY + dt.timedelta(days=days - 4)
                found = balances_by(organisation_id=organisation, on=day)
                said = {(names[account], lots[lot]): sums for (account, lot), sums in found.items()}
                assert said == self.model.as_of(body, day), (body, day)
        for made in Lot.objects.filter(id__in=self.lots.values(), item_id__isnull=False):
            assert sum(row.value_minor for row in LotSource.objects.filter(made=made)) == made.value_minor

    def _some_lot(self, data: st.DataObject) -> str | None:
        goods = sorted(self.lots.keys() - {MONEY})
        return data.draw(st.sampled_from(goods)) if goods else None

    def _new_lot(self, price: int) -> str:
        name = f"lot {len(self.model.prices):03}"
        self.model.prices[name] = price
        return name

    @action
    def _spend(self, amount: int) -> None:
        money_pieces(purse_id=self.purse, currency="CNY", bank=side_of(self.accounts["bank"]), amount_minor=amount)

    def _post(self, kind: str, moves: list[Move], *, made: str = "", body: str = "upper") -> None:
        if not self.model.can(moves):
            with pytest.raises(UnitsNotThere):
                self._send(kind, moves)
            return
        if made:
            self.lots[made] = new_id()
        entry = self._send(kind, moves, body=body)
        self.entries.append((entry, self.model.post(body, self.day, moves)))

    def _send(self, kind: str, moves: list[Move], *, body: str = "upper") -> JournalEntry:
        posting = Posting(
            kind=kind,
            organisation_id=self.bodies[body],
            idempotency_key=f"m-{new_id()}",
            occurred_at=_noon(self.day),
            movements=tuple(self._movement(move) for move in moves if not move.is_born),
            new_lots=tuple(self._lot(move, moves) for move in moves if move.is_born),
        )
        return post_entry(posting=posting, now=_noon(self.day))

    def _piece(self, move: Move) -> Piece:
        value = (move.stop - move.start) * self.model.prices[move.lot]
        return Piece(self.lots[move.lot], move.start, move.stop, value)

    def _movement(self, move: Move) -> Movement:
        sides = (side_of(self.accounts[place]) for place in (move.source, move.target))
        return Movement(self._piece(move), *sides)

    def _lot(self, born: Move, moves: list[Move]) -> NewLot:
        sources, done = [], 0
        value = born.stop * self.model.prices[born.lot]
        for move in moves:
            if not move.is_born:
                piece = self._piece(move)
                # The positions count minor units of value for money, units of the made lot for goods.
                made = piece.value_minor if move.lot == MONEY else born.stop
                sources.append(Source(piece, done, done + made))
                done += made
        credit, debit = (side_of(self.accounts[place]) for place in (born.source, born.target))
        return NewLot(
            self.lots[born.lot],
            self.purse,
            new_id(),
            "CNY",
            born.stop,
            value,
            "INVOICE",
            credit,
            debit,
            sources=tuple(sources),
        )  # fmt: skip -- one line for the lot


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(4), dt.UTC)


@pytest.mark.timeout(3_600 if IS_SOAK else 240)
def test_the_books_are_the_reference_whatever_is_tried(committed_database: str) -> None:
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not IS_SOAK,
            suppress_health_check=list(HealthCheck),
        ),
    )
    seal_all()
    fault, count = verified_journal(progress=lambda done, total: None)
    assert fault is None, fault
    # A machine that stands still would agree with anything.
    kinds = set(JournalEntry.objects.filter(reverses=None).values_list("kind", flat=True))
    assert kinds >= {"DONATION", "PURCHASE", "PACK", "ASSEMBLY", "BREAK_UP", "HAND_DOWN_OUT", "HAND_DOWN_IN"}
    assert JournalEntry.objects.exclude(reverses=None).exists()
    assert FrozenBalance.objects.exists()
    assert count > EXAMPLES * 10


def seal_all() -> None:
    """Seal whatever waits."""
    while seal_leaves(now=_noon(FIRST_DAY)):
        pass
