"""Whatever breaks between a phone and the server: no scan is lost, none is doubled, and the page tells the truth.

Each run makes its own mishaps from a seed: the line loses answers after the server has committed, tears them in two,
the server is killed, the network goes, the page is closed, the clock is a day wrong, the memory is full. There are ten
runs in the tests, two hundred in `make soak`, or as many as NUANLIU_FAULT_RUNS says.
"""

import os
import random
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from logistics.deliveries.models import ScanEvent
from logistics.donations.models import Donation
from tests.browser.station import Phone, device_of
from tests.browser.stubborn import BRINGS, LOSES, TEARS, StubbornServer
from tests.cast import World, raise_curtain

pytestmark = [pytest.mark.browser, pytest.mark.timeout(10_000)]
RUNS = int(os.environ.get("NUANLIU_FAULT_RUNS") or (200 if os.environ.get("NUANLIU_SOAK") else 10))
SCANS = 4
HEALING_LOOKS_MAX = 300
DAY_MS = 86_400_000
# What is certain to happen once in ten runs; the rest is left to chance.
MISHAPS = ("lose", "tear", "kill", "cut", "close", "clock", "full")
# Chromium's own override of the quota lets small writes through: the store itself says that it is full, in the midst of
# the transaction.
_NO_ROOM = """() => {
    globalThis.ownAdd ??= IDBObjectStore.prototype.add;
    IDBObjectStore.prototype.add = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
# Goods that a keeper has counted, noted as the page notes them; whether there was room for them.
_RECEIVE = """async (body) => {
    const app = `/scan/app/${document.body.dataset.version}`;
    const { note } = await import(`${app}/works.js`);
    const { newOrderedId, stamp } = await import(`${app}/clock.js`);
    try {
        await note("GOODS_IN", { request_id: newOrderedId(), done_at: stamp(), ...body }, []);
        return true;
    } catch {
        return false;
    }
}"""
_ROOM = "() => { IDBObjectStore.prototype.add = globalThis.ownAdd; }"


class Run:
    """One run of mishaps on one phone."""

    def __init__(self, browser: Browser, server: StubbornServer, world: World, device: Any, seed: int) -> None:
        self.chance = random.Random(seed)
        self.server, self.world, self.seed = server, world, seed
        self.phone = Phone(browser, server.address)
        self.phone.enrol(device).kept_by_worker()
        self.taken: list[str] = []
        self.not_taken: list[str] = []
        self.received = 0
        self.is_full = False

    def go(self) -> None:
        """Scan, with a mishap before each scan, and heal everything in the end."""
        self.phone.choose("PACK")
        first = MISHAPS[self.seed % len(MISHAPS)]
        for number, parcel in enumerate(self.world.plan(SCANS)):
            getattr(self, first if number == 1 else self.chance.choice(MISHAPS))()
            self._scan(parcel.code.text)
            self._receive(number)
            if self.chance.random() < 0.4:
                self._push()
        self._heal()

    def lose(self) -> None:
        """Lose answers that the server has given."""
        self.server.mood = LOSES

    def tear(self) -> None:
        """Tear answers in two."""
        self.server.mood = TEARS

    def kill(self) -> None:
        """Kill the server, perhaps while it answers; it comes back with the next mishap but one."""
        self.server.kill()

    def cut(self) -> None:
        """Cut the network, or join it again."""
        self.phone.cut() if self.chance.random() < 0.6 else self.phone.join()

    def close(self) -> None:
        """Close the page in the midst, and open another."""
        self.phone.page.close()
        self.is_full = False
        self.phone.page = self.phone.context.new_page()
        self.phone.reload()

    def clock(self) -> None:
        """Set the phone's clock a day forth or back."""
        shift = self.chance.choice([DAY_MS, -DAY_MS])
        self.phone.page.evaluate(
            f"""() => {{ const right = Date.now.bind(Date), Real = Date;
            globalThis.Date = class extends Real {{ constructor(...given) {{ given.length ? super(...given)
                : super(right() + {shift}); }} static now() {{ return right() + {shift}; }} }}; }}"""
        )

    def full(self) -> None:
        """Leave no room on the phone, or make some again."""
        self._room(has_room=self.is_full)

    def _room(self, *, has_room: bool) -> None:
        self.phone.page.evaluate(_ROOM if has_room else _NO_ROOM)
        self.is_full = not has_room

    def _scan(self, code: str) -> None:
        self.phone.wedge(code)
        shown = f"document.querySelector('#verdict .code')?.textContent.replaceAll('-', '') === {code!r}"
        self.phone.until(f"{shown} && !document.querySelector('#verdict .wait, [data-tone=look] #verdict')")
        words = self.phone.page.inner_text("#verdict .words")
        assert words in {"Recorded", "Taken, waits to be sent", "Storage full: NOT taken", "NOT stored: scan again"}, (
            words
        )
        (self.not_taken if "NOT" in words else self.taken).append(code)

    def _receive(self, number: int) -> None:
        donor = {"name": f"示例捐赠人 {self.seed}", "kind": "PERSON"}
        body = {"operator": str(self.world.keeper.id), "item": "gloves", "quantity": number + 1, "donor": donor}
        self.received += self.phone.page.evaluate(_RECEIVE, {**body, "warehouse": "wh-1", "fund": "warm-2026"})

    def _push(self) -> None:
        self.phone.page.evaluate("dispatchEvent(new Event('online'))")
        self.phone.page.wait_for_timeout(self.chance.randrange(300))

    def _heal(self) -> None:
        if self.is_full:
            self._room(has_room=True)
        self.server.mood = BRINGS
        self.server.start()
        self.phone.join()
        # A request that a dying server had claimed is free again after a minute.
        for _ in range(HEALING_LOOKS_MAX):
            self.phone.page.evaluate("dispatchEvent(new Event('online'))")
            self.phone.page.wait_for_timeout(300)
            if not self.phone.held() and all(row["state"] != "WAITING" for row in self.phone.held("works")):
                return
        raise AssertionError(f"seed {self.seed}: still held: {self.phone.held()}, {self.phone.held('works')}")


@pytest.fixture
def server(committed_database: str) -> Iterator[StubbornServer]:
    """One server behind one stubborn line for all runs."""
    with StubbornServer(committed_database) as made:
        yield made


def test_nothing_is_lost_and_nothing_doubled(browser: Browser, server: StubbornServer) -> None:
    world = raise_curtain()
    world.stock_kits(RUNS * SCANS)
    device = device_of(world.county)
    taken, refused = 0, 0
    for seed in range(RUNS):
        run = Run(browser, server, world, device, seed)
        run.go()
        done = run.phone.held("done")
        kept = {uuid.UUID(row["scan_id"]): row for row in done}
        events = ScanEvent.objects.filter(id__in=kept)
        told = f"seed {seed}"
        # Each scan that the person was told is taken is one fact at the server; none else is.
        assert sorted(events.values_list("code_text", flat=True)) == sorted(run.taken), told
        assert sorted(row["code"] for row in done) == sorted(run.taken), told
        assert not ScanEvent.objects.filter(code_text__in=run.not_taken).exists(), told
        assert {row["answer"]["outcome"] for row in done} <= {"RECORDED"}, told
        works = run.phone.held("works")
        assert [row["state"] for row in works] == ["DONE"] * run.received, (told, works)
        assert Donation.objects.filter(donor__name=f"示例捐赠人 {seed}").count() == run.received, told
        taken, refused = taken + len(run.taken), refused + len(run.not_taken)
        run.phone.context.close()
    assert ScanEvent.objects.count() == taken
    assert taken + refused == RUNS * SCANS
    # The line has really spoiled answers, and the memory has really been full.
    assert server.spoiled > 0 and refused > 0


def test_a_wrong_clock_is_told_and_the_scan_kept(browser: Browser, server: StubbornServer) -> None:
    world = raise_curtain()
    world.stock_kits(1)
    (parcel,) = world.plan(1)
    run = Run(browser, server, world, device_of(world.county), 1)
    run.phone.choose("PACK")
    run.clock()
    run.phone.wedge(parcel.code.text)
    run.phone.until("document.querySelector('[data-name=clock]')?.textContent.includes('off by 24 hours')")
    run.phone.all_sent()
    assert abs(abs(ScanEvent.objects.get().skew_ms) - DAY_MS) < 60_000
    run.phone.context.close()
