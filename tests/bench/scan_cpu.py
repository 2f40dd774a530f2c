"""What a scan costs in processor time: ours against the usual DRF view, by turns in one run on one database.

Both are served by the same command with one scan a call; the medians of the rounds are told, of the server alone and
with the database. A queue, as devices hand it in, is told beside them: no usual view takes one.
"""

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

from logistics.partners.keys import issue_key
from tests.bench.calling import Caller, scan
from tests.bench.cpu import family_of, postgresql_of, seconds_of
from tests.cast import raise_curtain
from tests.servers import installed

ROUNDS, SCANS, WARM, QUEUE = 7, 120, 60, 40
Say = Callable[[str, float, str], None]
Send = Callable[[Sequence[dict[str, object]]], object]


@dataclass
class Side:
    """One server, how scans are sent to it, and what one cost in each round, in ms: of the server, and of both."""

    name: str
    pid: int
    send: Send
    spent: list[tuple[float, float]]


def measure_scan_cpu(url: str, say: Say) -> None:
    """Measure both sides by turns."""
    world = raise_curtain()
    rounds = 3 * (ROUNDS * SCANS + WARM)
    codes: list[str] = []
    while len(codes) < rounds:
        world.stock_kits(1_000)
        codes += [parcel.code.text for parcel in world.plan(1_000)]
    _, key = issue_key(organisation=world.county, name="bench", scopes=["scans:write"], now=timezone.now())
    postgresql, left = postgresql_of(url), iter(codes)
    with (
        installed(url, has_worker=False) as (own, ours),
        installed(url, has_worker=False, settings=USUAL) as (
            other,
            theirs,
        ),
    ):
        own_caller, other_caller = Caller(own, key), Caller(other, key, path="/scans")
        own_pid, other_pid = ours.pid_of("server"), theirs.pid_of("server")
        sides = [
            Side("ours", own_pid, lambda scans: [own_caller.send([one]) for one in scans], []),
            Side("the usual view", other_pid, lambda scans: [other_caller.post(one) for one in scans], []),
            Side(f"ours, {QUEUE} a call", own_pid, lambda scans: _queued(own_caller, scans), []),
        ]
        for side in sides:
            _run(side, _taken(left, WARM), postgresql, is_warm=True)
        packed: list[list[tuple[float, float]]] = []
        taken = [[_taken(left, SCANS) for _ in sides] for _ in range(ROUNDS)]
        for step in ("PACK", "SEAL"):
            for side in sides:
                side.spent = []
            for batch in taken:
                for side, chosen in zip(sides, batch, strict=True):
                    _run(side, chosen, postgresql, step=step)
            packed.append([_median(side.spent) for side in sides])
    for name, told in zip(("posting (PACK)", "posting nothing (SEAL)"), packed, strict=True):
        _tell(name, sides, told, say)


USUAL = "tests.bench.usual_settings"


def _tell(name: str, sides: Sequence[Side], told: Sequence[tuple[float, float]], say: Say) -> None:
    for side, (server, both) in zip(sides, told, strict=True):
        say(f"CPU of a scan {name}, {side.name}", server, "ms")
        say(f"CPU of a scan {name}, {side.name}, database included", both, "ms")
    own, other, queued = told
    for label, mine in (("one a call", own), ("in a queue", queued)):
        say(f"CPU of a scan {name}, {label}, the usual view against ours", other[0] / mine[0], "times")
        say(f"CPU of a scan {name}, {label}, the same with the database", other[1] / mine[1], "times")


def _run(side: Side, codes: Sequence[str], postgresql: int, *, step: str = "PACK", is_warm: bool = False) -> None:
    scans = [scan(code, step) for code in codes]
    before = _spent(side, postgresql)
    side.send(scans)
    after = _spent(side, postgresql)
    server, database = ((late - early) * 1_000 / len(codes) for early, late in zip(before, after, strict=True))
    if not is_warm:
        side.spent.append((server, server + database))


def _spent(side: Side, postgresql: int) -> tuple[float, float]:
    return seconds_of(family_of(side.pid)), seconds_of(family_of(postgresql))


def _queued(caller: Caller, scans: Sequence[dict[str, object]]) -> None:
    for start in range(0, len(scans), QUEUE):
        caller.send(list(scans[start : start + QUEUE]))


def _taken(codes: Iterator[str], count: int) -> list[str]:
    return [next(codes) for _ in range(count)]


def _median(spent: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(one[0] for one in spent), statistics.median(one[1] for one in spent)
