"""What a long list asks of those who use it: its allocation by a worker, and every page and answer that shows it."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from logistics.lists.models import DistributionList, ListEntry
from logistics.partners.keys import issue_key
from logistics.press.allocation_jobs import ask_to_allocate
from logistics.stock.models import Item
from tests.architecture.house import ROOT
from tests.lists.conftest import Listing

LOOKS, FEN_A_PIECE = 3, 2_000
Say = Callable[[str, float, str], None]
Ask = Callable[[], object]


def put_on_shelf(listing: Listing, offers: list[dict[str, object]]) -> None:
    """Buy what the list gives."""
    for offer in offers:
        quantity = int(str(offer["quantity"]))
        listing.world.give_money(quantity * FEN_A_PIECE)
        listing.world.buy((Item.objects.get(code=offer["item"]), quantity, quantity * FEN_A_PIECE))


def measure_walk(url: str, listing: Listing, frozen: DistributionList, say: Say) -> None:
    """Allocate the list in a worker's process."""
    job = ask_to_allocate(actor=listing.drafter, row=frozen, kind="PARCEL", now=timezone.now())
    command = [sys.executable, "-m", "tests.bench.long_list_walk", str(job.id)]
    env = {**os.environ, "DATABASE_URL": url}
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    say(f"{told['places']:,} places allocated as parcels by one worker in", told["seconds"], "s")
    say("the same, statements a hundred places", told["statements"] / told["places"] * 100, "statements")
    say("the same, memory of the worker at its highest", told["peak_mb"], "MB")
    say("the same, of that before it began", told["idle_mb"], "MB")


def measure_looks(listing: Listing, pages: list[tuple[str, str]], say: Say) -> None:
    """Open pages as an officer: the median of three looks after a first one, and the statements of one."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(listing.drafter.person)
    for name, path in pages:
        _look(client, name, path, {}, say)


def measure_answers(listing: Listing, pages: list[tuple[str, str]], say: Say) -> None:
    """Ask the API as a partner."""
    scopes = ["needs:write", "parcels:write"]
    _, key = issue_key(organisation=listing.world.county, name="bench", scopes=scopes, now=timezone.now())
    for name, path in pages:
        _look(Client(SERVER_NAME="localhost"), name, path, {"Authorization": f"Bearer {key}"}, say)


def _look(client: Client, name: str, path: str, headers: dict[str, str], say: Say) -> None:
    times = []
    for _ in range(LOOKS + 1):
        begun = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path, headers=headers, follow=True)
        times.append(time.perf_counter() - begun)
        assert answer.status_code == 200, (path, answer.status_code, answer.content[:500])
        if hasattr(answer, "streaming_content"):
            b"".join(answer.streaming_content)
    say(f"{name}, first look", times[0] * 1_000, "ms")
    say(f"{name}, then", statistics.median(times[1:]) * 1_000, "ms")
    say(f"{name}, statements", len(queries.captured_queries), "statements")


def middle(frozen: DistributionList) -> ListEntry:
    """Return the place in the middle."""
    return ListEntry.objects.get(list=frozen, place=max(1, frozen.count // 2))
