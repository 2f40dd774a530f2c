"""Scans over HTTP: eight clients at once, a thousand in one call against a thousand calls, and the same sent again."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.utils import timezone

from logistics.partners.keys import issue_key
from tests.bench.calling import Caller, body_of, scan
from tests.bench.cpu import family_of, postgresql_of, seconds_of
from tests.cast import World, raise_curtain
from tests.servers import installed

CLIENTS, PARCELS, WARM = 8, 1_000, 200
RECORDED = b'"outcome":"RECORDED"'
Say = Callable[[str, float, str], None]
T = TypeVar("T")


def measure_http(url: str, say: Say) -> None:
    """Scan over HTTP."""
    world = raise_curtain()
    first, second, third = (_planned(world, PARCELS) for _ in range(3))
    warm = _planned(world, WARM)
    _, key = issue_key(organisation=world.county, name="bench", scopes=["scans:write"], now=timezone.now())
    with installed(url, has_worker=False) as (address, running):
        caller, watched = Caller(address, key), _Watched(running.pid_of("server"), postgresql_of(url), say)
        # Every process and thread has served before the watch starts.
        _clients(caller, warm, "PACK")
        watched.tell("posting (PACK)", lambda: _clients(caller, first, "PACK"))
        watched.tell("posting nothing (SEAL)", lambda: _clients(caller, first, "SEAL"))
        _one_call(caller, second, third, say)


def _one_call(caller: Caller, second: Sequence[str], third: Sequence[str], say: Say) -> None:
    # One step after the other on two sets of parcels, so that neither has the warmer database.
    for step in ("PACK", "SEAL", "DISPATCH", "HAND_OVER"):
        singles, queue = [scan(code, step) for code in second], [scan(code, step) for code in third]
        single, _ = _seconds(lambda singles=singles: [caller.send([one]) for one in singles])
        bulk, outcomes = _seconds(lambda queue=queue: caller.send(queue))
        assert outcomes == ["RECORDED"] * len(queue)
        again, repeated = _seconds(lambda queue=queue: caller.send(queue))
        assert repeated == ["REPEATED"] * len(queue)
        say(f"1,000 {step} in 1,000 calls", single, "s")
        say(f"1,000 queued {step} in one call", bulk, "s")
        say(f"1,000 queued {step} sent again, answered REPEATED", again, "s")
        say(f"1,000 {step}, one call against 1,000", single / bulk, "times faster")


class _Watched:
    """Measures clients at work, and whose processor time it was."""

    def __init__(self, server: int, postgresql: int, say: Say) -> None:
        self._server, self._postgresql, self._say = server, postgresql, say

    def tell(self, name: str, work: Callable[[], list[float]]) -> None:
        """Let clients work and say how fast they were."""
        before = self._spent()
        seconds, taken = _seconds(work)
        after = self._spent()
        taken.sort()
        self._say(f"scans {name}, {CLIENTS} clients", len(taken) / seconds, "scans/s")
        self._say(f"scans {name}, median", taken[len(taken) // 2] * 1000, "ms")
        self._say(f"scans {name}, 99th percentile", taken[len(taken) * 99 // 100] * 1000, "ms")
        for whose, early, late in zip(("server", "database", "clients"), before, after, strict=True):
            self._say(f"CPU of a scan {name}, {whose}", (late - early) * 1_000 / len(taken), "ms")

    def _spent(self) -> tuple[float, float, float]:
        return (
            seconds_of(family_of(self._server)),
            seconds_of(family_of(self._postgresql)),
            time.process_time(),
        )


def _clients(caller: Caller, codes: Sequence[str], step: str) -> list[float]:
    """Send a scan a call from all clients at once; the bodies are written before the watch starts."""
    waiting = iter([body_of([scan(code, step)]) for code in codes])
    taken: list[float] = []
    lock = threading.Lock()
    own = [caller.again() for _ in range(CLIENTS)]

    def work(client: Caller) -> None:
        while True:
            with lock:
                body = next(waiting, None)
            if body is None:
                return
            begun = time.perf_counter()
            answer = client.raw(body)
            taken.append(time.perf_counter() - begun)
            assert RECORDED in answer, answer

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, own))
    return taken


def _planned(world: World, count: int) -> list[str]:
    world.stock_kits(count)
    return [parcel.code.text for parcel in world.plan(count)]


def _seconds(work: Callable[[], T]) -> tuple[float, T]:
    begun = time.perf_counter()
    done = work()
    return time.perf_counter() - begun, done
