"""How fast gifts of money come in, one by one and a thousand at once, and how fast a list of a million turns."""

import base64
import datetime as dt
import http.client
import json
import statistics
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg
from django.db import connection
from django.utils import timezone

from logistics.donations.models import Donation
from logistics.partners.keys import issue_key
from tests.cast import World, raise_curtain
from tests.databases import OWNER_URL
from tests.servers import serving

CLIENTS, WARM, SINGLE, BULK, ROUNDS = 8, 200, 1_000, 1_000, 5
LISTED, PAGE, TURNS = 1_000_000, 50, 15
Say = Callable[[str, float, str], None]


def measure_donations(url: str, say: Say) -> None:
    """Measure posts and pages through the real server."""
    world = raise_curtain()
    scopes = ["donations:write", "donations:read"]
    _, key = issue_key(organisation=world.county, name="bench", scopes=scopes, now=timezone.now())
    with serving(url, has_worker=False) as address:
        # Every process and thread has served before the watch starts.
        _sent_by_clients(address, key, WARM)
        seconds, taken = _sent_by_clients(address, key, SINGLE)
        say(f"gifts of money, {CLIENTS} clients", SINGLE / seconds, "gifts/s")
        say("gifts of money, median", taken[len(taken) // 2] * 1000, "ms")
        say("gifts of money, 99th percentile", taken[len(taken) * 99 // 100] * 1000, "ms")
        _compare_bulk(Caller(address, key), say)
        _write_a_million(world)
        _turn_pages(Caller(address, key), say)


class Caller:
    """A client with a connection of its own."""

    def __init__(self, address: str, key: str) -> None:
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def post(self, body: object) -> dict[str, object]:
        """Post one gift or many."""
        headers = self._headers | {"Idempotency-Key": uuid.uuid4().hex}
        self._connection.request("POST", "/api/v1/donations/money", json.dumps(body), headers)
        return self._answer({200, 201})

    def get(self, path: str) -> dict[str, object]:
        """Read a page."""
        self._connection.request("GET", f"/api/v1{path}", headers=self._headers)
        return self._answer({200})

    def _answer(self, statuses: set[int]) -> dict[str, object]:
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status in statuses, body
        return dict(json.loads(body))


def _gift() -> dict[str, object]:
    reference = uuid.uuid4().hex
    return {
        "programme": "warm-heart-pack",
        "fund": "warm-2026",
        # Every fourth giver is new.
        "donor": {"name": f"示例捐赠人{int(reference[:8], 16) % (4 * SINGLE)}", "kind": "PERSON"},
        "money": {"amount": 10_000, "currency": "CNY"},
        "received_at": "2026-01-12T10:00:00+08:00",
        "channel": "WECHAT",
        "reference": reference,
    }


def _sent_by_clients(address: str, key: str, count: int) -> tuple[float, list[float]]:
    """Send gifts one by one from several clients; returns the seconds that it took, and each gift's in order."""
    taken: list[float] = []
    waiting, lock = iter([_gift() for _ in range(count)]), threading.Lock()

    def work(_: int) -> None:
        caller = Caller(address, key)
        while True:
            with lock:
                gift = next(waiting, None)
            if gift is None:
                return
            taken.append(_seconds(lambda gift=gift: caller.post(gift)))

    with ThreadPoolExecutor(CLIENTS) as pool:
        seconds = _seconds(lambda: list(pool.map(work, range(CLIENTS))))
    return seconds, sorted(taken)


def _compare_bulk(caller: Caller, say: Say) -> None:
    alone, together = [], []
    # By turns, so that neither has the quieter machine.
    for _ in range(ROUNDS):
        alone.append(_seconds(lambda: [caller.post(_gift()) for _ in range(BULK // ROUNDS)]) * ROUNDS)
        together.append(_seconds(lambda: _all_taken(caller)))
    say(f"{BULK:,} gifts in {BULK:,} calls", statistics.median(alone), "s")
    say(f"{BULK:,} gifts in one call", statistics.median(together), "s")
    say(f"{BULK:,} gifts, one call against {BULK:,}", statistics.median(alone) / statistics.median(together), "times")


def _all_taken(caller: Caller) -> None:
    answer = caller.post({"items": [_gift() for _ in range(BULK)]})
    assert {row["status"] for row in answer["items"]} == {201}  # type: ignore[attr-defined] -- a list of answers


def _turn_pages(caller: Caller, say: Say) -> None:
    cursors = {"first": "", "at a million": f"&cursor={_cursor_at(LISTED - 10 * PAGE)}"}
    taken: dict[str, list[float]] = {name: [] for name in cursors}
    for _ in range(TURNS):
        for name, cursor in cursors.items():
            begun = time.perf_counter()
            rows = caller.get(f"/donations?limit={PAGE}{cursor}")["items"]
            taken[name].append(time.perf_counter() - begun)
            assert len(rows) == PAGE  # type: ignore[arg-type] -- a list of gifts
    found = {name: statistics.median(seconds) for name, seconds in taken.items()}
    for name, seconds in found.items():
        say(f"page of {PAGE} gifts, {name}", seconds * 1000, "ms")
    say("page of gifts at a million against the first", found["at a million"] / found["first"], "times")


def _cursor_at(depth: int) -> str:
    row_id = Donation.objects.order_by("-id").values_list("id", flat=True)[depth]
    return base64.urlsafe_b64encode(row_id.bytes).decode().rstrip("=")


def _write_a_million(world: World) -> None:
    """Write a million gifts like the newest, as the owner of the tables: their codes and entries first."""
    like = Donation.objects.order_by("-id")[0]
    # Time-ordered ids below every real one, a prefix for each table.
    ids = "('0180{mark}000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
    code_id, entry_id, gift_id = (ids.format(mark=mark) for mark in "123")
    at = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    with psycopg.connect(f"{OWNER_URL.rsplit('/', 1)[0]}/{connection.settings_dict['NAME']}", autocommit=True) as owner:
        for table, row_id, own, key in (
            ("codes_code", code_id, {"text": "'B' || lpad(n::text, 19, '0')", "subject_id": gift_id}, like.code_id),
            ("journal_entry", entry_id, {"idempotency_key": "'bench:' || n"}, like.entry_id),
            (
                "donations_donation",
                gift_id,
                {"code_id": code_id, "entry_id": entry_id, "reference": "'bench-' || n", "received_at": f"'{at}'"},
                like.id,
            ),
        ):
            names = [
                row[0]
                for row in owner.execute(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'",
                    [table],
                )
            ]
            values = ", ".join(own.get(name, f"t.{name}") for name in names)
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            owner.execute(
                f"INSERT INTO {table} (id, {', '.join(names)}) SELECT {row_id}, {values}"
                f" FROM {table} t, generate_series(1, {LISTED}) n WHERE t.id = '{key}'"
            )
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        owner.execute("ANALYZE")


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
