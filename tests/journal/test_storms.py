"""Storms and sudden deaths on a database that really commits: no unit is spent twice, and nothing is half written."""

import os
import random
import signal
import time
import traceback
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import Count, F

from logistics.journal.actions import post_entry
from logistics.journal.log import Leaf, SealedLeaf, SignedCheckpoint, UnsealedLeaf
from logistics.journal.models import Account, AccountKind, Balance, EntryKind, JournalEntry
from logistics.journal.postings import Movement, side_of
from logistics.journal.purses import FundOverspent, money_pieces, receive_money
from logistics.journal.sealing import seal_leaves
from logistics.journal.verifying import verified_journal
from logistics.storage.rows import new_id
from logistics.storage.transactions import action
from tests.cast import NOW
from tests.journal.test_books import Shelf
from tests.journal.test_races import WRITERS, _at_once
from tests.looking import assert_books_close

IS_SOAK = bool(os.environ.get("NUANLIU_SOAK"))
FUND, SPENT, TRIES_EACH = 1_000, 100, 3
DEATHS = 40 if IS_SOAK else 3
LIFE_SECONDS_MAX = 0.4


class Till:
    """A purse with money in the bank, and a shop to spend it at."""

    def __init__(self, amount: int = FUND) -> None:
        self.shelf = Shelf()
        self.bank, self.shop = self.shelf.account(AccountKind.BANK), self.shelf.account(AccountKind.EXPENSE)
        self.give(amount)

    def give(self, amount: int, donor: Account | None = None) -> None:
        posting = self.shelf.posting(f"gift-{new_id()}", entry_id=new_id())
        gifts = [(posting, side_of(donor or self.shelf.donor), amount)]
        purse = self.shelf.purse.id
        receive_money(purse_id=purse, currency="CNY", bank=side_of(self.bank), gifts=gifts, now=NOW)

    @action
    def spend(self, amount: int) -> JournalEntry:
        bank, shop = side_of(self.bank), side_of(self.shop)
        pieces = money_pieces(purse_id=self.shelf.purse.id, currency="CNY", bank=bank, amount_minor=amount)
        movements = [Movement(piece, bank, shop) for piece in pieces]
        return post_entry(posting=self.shelf.posting(f"spend-{new_id()}", *movements, kind=EntryKind.COST), now=NOW)

    def held(self, account: Account) -> int:
        return sum(row.quantity for row in Balance.objects.filter(account=account))


def _fault() -> str:
    fault, _ = verified_journal(progress=lambda done, total: None)
    return fault.code if fault else ""


def _tried(work: Callable[[], object]) -> object:
    try:
        return work()
    except FundOverspent as refusal:
        return refusal


def test_of_a_storm_of_spends_just_as_many_succeed_as_there_is_money_for(committed_database: str) -> None:
    till = Till()
    answers = _at_once(lambda number: [_tried(lambda: till.spend(SPENT)) for _ in range(TRIES_EACH)])
    flat = [one for many in answers for one in many]  # type: ignore[attr-defined]
    assert len(flat) == WRITERS * TRIES_EACH
    assert sum(isinstance(one, JournalEntry) for one in flat) == FUND // SPENT
    assert sum(isinstance(one, FundOverspent) for one in flat) == len(flat) - FUND // SPENT
    assert (till.held(till.bank), till.held(till.shop)) == (0, FUND)
    assert_books_close()
    assert _fault() == ""


def test_those_who_give_while_others_spend_never_wait_for_ever(committed_database: str) -> None:
    till = Till()
    answers = _at_once(
        lambda number: [
            till.give(SPENT) if number % 2 else _tried(lambda: till.spend(SPENT)) for _ in range(TRIES_EACH)
        ]
    )
    spent = sum(isinstance(one, JournalEntry) for many in answers for one in many)  # type: ignore[attr-defined]
    given = FUND + WRITERS // 2 * TRIES_EACH * SPENT
    assert (till.held(till.bank), till.held(till.shop)) == (given - spent * SPENT, spent * SPENT)
    assert_books_close()


def _killed(work: Callable[[], object], after_seconds: float) -> None:
    """Let a process of its own work over and over, and end it without warning."""
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            while True:
                work()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    time.sleep(after_seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the process ended by itself"


def _assert_nothing_is_half_written() -> None:
    incomplete = JournalEntry.objects.annotate(there=Count("transfers")).exclude(there=F("transfer_count"))
    assert not incomplete.exists()
    entries, leaves = JournalEntry.objects.count(), Leaf.objects.filter(kind="ENTRY").count()
    assert entries == leaves
    assert SealedLeaf.objects.count() + UnsealedLeaf.objects.count() == Leaf.objects.count()
    assert_books_close()
    assert _fault() == ""


def test_a_poster_that_dies_leaves_whole_entries_only(committed_database: str) -> None:
    till, chance = Till(10), random.Random(os.urandom(8) if IS_SOAK else 7)

    def work() -> None:
        till.give(7)
        till.spend(5)

    for _ in range(DEATHS):
        _killed(work, chance.uniform(0.05, LIFE_SECONDS_MAX))
        _assert_nothing_is_half_written()
    assert JournalEntry.objects.count() > DEATHS


def _sealed_root() -> tuple[int, str]:
    while seal_leaves(now=NOW, limit=3):
        pass
    newest = SignedCheckpoint.objects.order_by("-size")[0]
    return newest.size, newest.root


def test_a_sequencer_that_dies_comes_back_to_the_same_root(committed_database: str) -> None:
    till, chance = Till(), random.Random(os.urandom(8) if IS_SOAK else 11)
    for _ in range(60):
        till.give(1)
    with transaction.atomic():
        # Undisturbed it would come to this.
        undisturbed = _sealed_root()
        transaction.set_rollback(True)
    assert not SealedLeaf.objects.exists()
    for _ in range(DEATHS):
        _killed(lambda: seal_leaves(now=NOW, limit=1) or time.sleep(1), chance.uniform(0.02, LIFE_SECONDS_MAX / 2))
        _assert_nothing_is_half_written()
    assert _sealed_root() == undisturbed
    assert _fault() == ""
