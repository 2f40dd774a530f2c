"""Whatever breaks between a phone and the server: no scan is lost, none is doubled, and the page tells the truth.

Each run makes its own mishaps from a seed: the line loses answers after the server has committed, tears them in two,
the server is killed, the network goes, the page is closed, the clock is a day wrong, the memory is full. There are ten
runs in the tests, two hundred in `make soak`, or as many as NUANLIU_FAULT_RUNS says, from the seed NUANLIU_FAULT_FIRST
on. All of them share one browser, one phone that forgets everything in between, one database and one address.
"""

import os
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser

from logistics.deliveries.models import ScanEvent
from logistics.donations.models import Donation
from tests.browser.station import Phone, device_of
from tests.browser.stubborn import BRINGS, LOSES, TEARS, StubbornServer
from tests.cast import World, raise_curtain
from tests.databases import copy_of_template

pytestmark = [pytest.mark.browser, pytest.mark.timeout(10_000)]
RUNS = int(os.environ.get("NUANLIU_FAULT_RUNS") or (200 if os.environ.get("NUANLIU_SOAK") else 10))
FIRST = int(os.environ.get("NUANLIU_FAULT_FIRST") or 0)
SCANS = 4
HEALING_LOOKS_MAX = 300
# A request that a dying server had claimed is free again after so long: a minute where people work.
CLAIM_SECONDS = 5
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
# The phone forgets everything but which numbers it has given.
_FORGET = """async () => {
    const { forgetEverything } = await import(`/scan/app/${document.body.dataset.version}/database.js`);
    await forgetEverything();
}"""


@dataclass
class Stage:
    """What all runs share: the server behind its line, the phone, and what has come of it so far."""

    server: StubbornServer
    world: World
    device: dict[str, Any]
    phone: Phone
    runs: int = 0
    not_taken: int = 0

    def new_phone(self) -> Phone:
        """Give the phone as it was when it came: no page of before, nothing held, the clock right."""
        self.server.mood = BRINGS
        self.server.start()
        self.phone.join()
        old, self.phone.page = self.phone.page, self.phone.context.new_page()
        old.close()
        self.phone.reload()
        self.phone.page.evaluate(_FORGET)
        return self.phone.enrol(self.device).kept_by_worker()


class Run:
    """One run of mishaps on the phone."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.chance = random.Random(seed)
        self.server, self.world, self.seed = stage.server, stage.world, seed
        self.phone = stage.new_phone()
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
        for _ in range(HEALING_LOOKS_MAX):
            self.phone.page.evaluate("dispatchEvent(new Event('online'))")
            self.phone.page.wait_for_timeout(300)
            if not self.phone.held() and all(row["state"] != "WAITING" for row in self.phone.held("works")):
                return
        raise AssertionError(f"seed {self.seed}: still held: {self.phone.held()}, {self.phone.held('works')}")


@pytest.fixture(scope="module")
def stage(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """One server behind one stubborn line, and one phone."""
    with (
        django_db_blocker.unblock(),
        copy_of_template() as address,
        StubbornServer(address, CLAIM_SECONDS=str(CLAIM_SECONDS)) as server,
    ):
        world = raise_curtain()
        world.stock_kits((RUNS + 1) * SCANS)
        phone, device = Phone(browser, server.address), device_of(world.county)
        phone.enrol(device).kept_by_worker()
        yield Stage(server, world, device, phone)
        phone.context.close()


@pytest.mark.parametrize("seed", range(FIRST, FIRST + RUNS))
def test_nothing_is_lost_and_nothing_doubled(stage: Stage, seed: int) -> None:
    before = ScanEvent.objects.count()
    run = Run(stage, seed)
    run.go()
    done = run.phone.held("done")
    events = ScanEvent.objects.filter(id__in=[uuid.UUID(row["scan_id"]) for row in done])
    # Each scan that the person was told is taken is one fact at the server; none else is.
    assert sorted(events.values_list("code_text", flat=True)) == sorted(run.taken)
    assert sorted(row["code"] for row in done) == sorted(run.taken)
    assert not ScanEvent.objects.filter(code_text__in=run.not_taken).exists()
    assert {row["answer"]["outcome"] for row in done} <= {"RECORDED"}
    assert ScanEvent.objects.count() == before + len(run.taken)
    assert len(run.taken) + len(run.not_taken) == SCANS
    works = run.phone.held("works")
    assert [row["state"] for row in works] == ["DONE"] * run.received, works
    assert Donation.objects.filter(donor__name=f"示例捐赠人 {seed}").count() == run.received
    stage.runs, stage.not_taken = stage.runs + 1, stage.not_taken + len(run.not_taken)


def test_the_line_has_really_spoiled_answers_and_the_memory_was_really_full(stage: Stage) -> None:
    if stage.runs < len(MISHAPS):
        pytest.skip("Too few runs for every mishap to have come.")
    assert stage.server.spoiled > 0 and stage.not_taken > 0


def test_a_wrong_clock_is_told_and_the_scan_kept(stage: Stage) -> None:
    (parcel,) = stage.world.plan(1)
    run = Run(stage, 1)
    run.phone.choose("PACK")
    run.clock()
    run.phone.wedge(parcel.code.text)
    run.phone.until("document.querySelector('[data-name=clock]')?.textContent.includes('off by 24 hours')")
    run.phone.all_sent()
    assert abs(abs(ScanEvent.objects.get(code_text=parcel.code.text).skew_ms) - DAY_MS) < 60_000
