"""A worker that is killed in the middle of a long list: another goes on, and nobody has two parcels."""

import signal
import time
from collections.abc import Callable

from logistics.lists.models import Allocation
from logistics.parcels.models import Parcel
from logistics.press.allocation_jobs import ask_to_allocate
from logistics.press.allocation_models import AllocationJob
from tests.cast import World
from tests.lists.conftest import make_listing
from tests.looking import assert_books_close
from tests.press.chunks import other_process

FAMILIES = 450


def test_a_worker_that_is_killed_leaves_no_place_twice_and_none_out(
    committed_world: World, committed_database: str
) -> None:
    listing = make_listing(committed_world)
    listing.rules()
    listing.world.stock_kits(FAMILIES)
    frozen = listing.approved(*(listing.family() for _ in range(FAMILIES)))
    job = ask_to_allocate(actor=listing.drafter, row=frozen, kind="PARCEL", now=listing.now)

    def work():  # type: ignore[no-untyped-def]
        return other_process(committed_database, "-m", "django", "work", "--interval", "0.1", "--no-startup-delay")

    first = work()
    try:
        _wait(lambda: AllocationJob.objects.get().done > 0)
        first.send_signal(signal.SIGKILL)
        first.wait()
        killed = AllocationJob.objects.get()
        assert killed.state == "RUNNING" and killed.done == Allocation.objects.count() < FAMILIES
        second = work()
        try:
            _wait(lambda: AllocationJob.objects.get().state == "DONE")
        finally:
            second.kill()
            second.wait()
    finally:
        first.kill()
        first.wait()
    job.refresh_from_db()
    assert (job.tries, job.done) == (1, FAMILIES)
    assert Allocation.objects.count() == Parcel.objects.count() == FAMILIES
    assert len(set(Parcel.objects.values_list("household_id", flat=True))) == FAMILIES
    assert_books_close()


def _wait(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.005)
