"""How soon the first labels of a large batch can be had: from request to file, with the real server and worker."""

import http.client
import json
import statistics
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from django.utils import timezone

from labels.specimen import specimen_labels
from logistics.parcels.actions import PARCELS_PER_CALL_MAX
from logistics.parcels.models import Parcel
from logistics.partners.keys import issue_key
from tests.cast import raise_curtain
from tests.servers import serving

LABELS, ROUNDS, POLL_SECONDS = 4_000, 5, 0.02
SHEETS = ("A4_3X7", "THERMAL_100X150")
Say = Callable[[str, float, str], None]


def measure_first_page(url: str, say: Say) -> None:
    """Ask for 4,000 labels at once, again and again, and take the first chunk and the whole file as they appear."""
    world = raise_curtain()
    for _ in range(LABELS // PARCELS_PER_CALL_MAX):
        world.stock_kits(PARCELS_PER_CALL_MAX)
        _as_in_a_county(world.plan(PARCELS_PER_CALL_MAX))
    _, key = issue_key(organisation=world.county, name="bench", scopes=["labels:print"], now=timezone.now())
    with serving(url) as address:
        caller = _Caller(address, key)
        for sheet in SHEETS:
            # Nothing is laid out for this paper yet: the first batch of the morning.
            fresh, _ = _timed(caller, sheet)
            say(f"{sheet}, from asking for the first {LABELS:,} labels to first sheets downloaded", fresh, "s")
            times = [_timed(caller, sheet) for _ in range(ROUNDS)]
            for name, place in (("first sheets", 0), ("all", 1)):
                median = statistics.median(one[place] for one in times)
                say(f"{sheet}, from asking for {LABELS:,} labels to {name} downloaded", median, "s")


def _as_in_a_county(parcels: list[Parcel]) -> None:
    """Let the parcels go to thirty places and weigh six weights, as specimen labels do."""
    for parcel, label in zip(parcels, specimen_labels(len(parcels)), strict=True):
        parcel.township, parcel.weight_grams = label.township, label.weight_grams
    Parcel.objects.bulk_update(parcels, ["township", "weight_grams"])


def _timed(caller: "_Caller", sheet: str) -> tuple[float, float]:
    begun = time.perf_counter()
    job = caller.ask("POST", "/api/v1/label-batches", {"filter": {"state": "PLANNED"}, "sheet": sheet})
    first = 0.0
    while job["state"] in {"QUEUED", "RUNNING"}:
        time.sleep(POLL_SECONDS)
        job = caller.ask("GET", f"/api/v1/jobs/{job['id']}")
        if job["chunks"] and not first:
            assert caller.read("GET", job["chunks"][0]["url"]).startswith(b"%PDF")
            first = time.perf_counter() - begun
    assert job["state"] == "DONE", job["problem"]
    assert caller.read("GET", job["result_url"]).startswith(b"%PDF")
    return first, time.perf_counter() - begun


class _Caller:
    """A partner with one connection."""

    def __init__(self, address: str, key: str) -> None:
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def read(self, method: str, path: str, body: object = None) -> bytes:
        """Call and return the bytes of the answer."""
        self._connection.request(method, path, json.dumps(body) if body else None, self._headers)
        answer = self._connection.getresponse()
        data = answer.read()
        assert answer.status in {200, 202}, data
        return data

    def ask(self, method: str, path: str, body: object = None) -> dict:  # type: ignore[type-arg]
        """Call and return the answer."""
        return dict(json.loads(self.read(method, path, body)))
