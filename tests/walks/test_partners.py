"""The examples of docs/api do what they say, with a client that a stranger's tool made of our document, against the
real server, over a network that drops, delays, duplicates and cuts.
"""

import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client
from django.utils import timezone

from logistics.deliveries.models import ScanEvent
from logistics.donations.models import Donation
from logistics.journal.models import Balance
from logistics.outbox.numbering import number_events
from logistics.parties.reads import bodies_above
from logistics.partners.keys import issue_key
from tests.architecture.house import ROOT
from tests.cast import World
from tests.databases import KEPT
from tests.looking import assert_books_close
from tests.networks import BadNetwork, bad_network
from tests.servers import serving

IS_SOAK = bool(os.environ.get("NUANLIU_SOAK"))
GIFTS, AT_ONCE = (10_000, 100) if IS_SOAK else (120, 6)
PARCELS = 200 if IS_SOAK else 12
EXAMPLES = ROOT / "docs" / "api"
BADNESS = {"drops": 0.1, "delays": 0.05, "duplicates": 0.1, "cuts": 0.15}
pytestmark = pytest.mark.timeout(3_000 if IS_SOAK else 240)


@pytest.fixture(scope="session")
def generated() -> Path:
    """The folder with a client made of our document; made once of one document."""
    document = Client().get("/api/v1/openapi.json").content
    folder = KEPT / f"client-{hashlib.sha256(document).hexdigest()[:16]}"
    if not folder.exists():
        KEPT.mkdir(exist_ok=True)
        for stale in KEPT.glob("client-*"):
            shutil.rmtree(stale, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=KEPT, prefix="waiting-") as waiting:
            _generate(document, Path(waiting))
            (Path(waiting) / "made").rename(folder)
    return folder


def _generate(document: bytes, waiting: Path) -> None:
    (waiting / "openapi.json").write_bytes(document)
    # The tool would format what it made, by a linter that it may not find.
    (waiting / "config.yml").write_text("post_hooks: []\n", encoding="utf-8")
    (waiting / "made").mkdir()
    command = [str(Path(sys.executable).with_name("openapi-python-client")), "generate", "--meta", "none"]
    command += ["--path", str(waiting / "openapi.json"), "--config", str(waiting / "config.yml")]
    command += ["--output-path", str(waiting / "made" / "nuanliu_client")]
    subprocess.run(command, check=True, capture_output=True, timeout=200)


@pytest.fixture
def example(generated: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import an example by its name, with the generated client beside it."""
    for folder in (EXAMPLES, generated):
        monkeypatch.syspath_prepend(str(folder))
    yield importlib.import_module  # type: ignore[misc] -- called with a name
    for name in [name for name in sys.modules if name.split(".")[0] in {"nuanliu_client", "asking"}]:
        del sys.modules[name]


@contextmanager
def _served(url: str, **badness: float) -> Iterator[BadNetwork]:
    with serving(url, has_worker=False) as address, bad_network(BadNetwork(address, **badness)) as network:
        yield network


def _key(world: World, *scopes: str) -> str:
    return issue_key(organisation=world.county, name="示例", scopes=scopes, now=timezone.now())[1]


def _gifts() -> list[dict[str, str]]:
    return [
        {
            "reference": f"基金会-{number:05}",
            "donor": f"示例捐赠人{number % 50}",
            "kind": "PERSON",
            "fen": str(100 + number),
            "received_at": "2026-01-12T10:00:00+08:00",
        }
        for number in range(GIFTS)
    ]


def test_a_foundation_hands_in_its_gifts(committed_database: str, committed_world: World, example) -> None:  # type: ignore[no-untyped-def]
    foundation, gifts = example("foundation"), _gifts()
    key = _key(committed_world, "donations:write")
    with _served(committed_database, **BADNESS) as network:
        became = dict(foundation.hand_in(network.address, key, iter(gifts), AT_ONCE))
        # Started again, the same program finds the same gifts.
        again = dict(foundation.hand_in(network.address, key, iter(gifts), AT_ONCE))
        other = dict(foundation.hand_in(network.address, key, iter(gifts[:50]), 7))
        refused = dict(foundation.hand_in(network.address, key, iter([{**gifts[0], "fen": "5"}])))
    assert {"drop", "delay", "duplicate", "cut", "pass"} <= network.befell.keys(), network.befell
    rows = {row.reference: row for row in Donation.objects.all()}
    assert became == again == {reference: str(row.id) for reference, row in rows.items()}
    assert other == {reference: became[reference] for reference in other}
    assert refused == {gifts[0]["reference"]: "reference_reused"}
    assert len(rows) == GIFTS
    bank = Balance.objects.filter(account=committed_world.girls_fund.bank_account)
    assert sum(row.quantity for row in bank) == sum(int(gift["fen"]) for gift in gifts)
    assert_books_close()


def test_a_foundation_gives_by_curl(committed_database: str, committed_world: World) -> None:
    key = _key(committed_world, "donations:write")
    with _served(committed_database, cuts=0.4, drops=0.2) as network:
        for reference in ("curl-1", "curl-2", "curl-1"):
            command = ["sh", str(EXAMPLES / "foundation.sh"), network.address, key, reference, "20000"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
            assert done.returncode == 0, done.stderr
            assert json.loads(done.stdout)["reference"] == reference
        command = ["sh", str(EXAMPLES / "foundation.sh"), network.address, key, "curl-1", "20001"]
        other = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (other.returncode, json.loads(other.stderr)["code"]) == (1, "idempotency_key_reused")
    assert network.befell["cut"] + network.befell["drop"] > 0
    assert sorted(Donation.objects.values_list("reference", flat=True)) == ["curl-1", "curl-2"]


def test_a_courier_reports_hand_overs(committed_database: str, committed_world: World, example) -> None:  # type: ignore[no-untyped-def]
    courier, world = example("courier"), committed_world
    world.stock_kits(PARCELS)
    parcels = world.plan(PARCELS)
    for parcel in parcels:
        world.walk(parcel, "PACK", "SEAL")
    events = [
        {"code": parcel.code.text, "step": step, "at": f"2026-01-13T{hour}:00:00+08:00", "reason": reason}
        for step, hour, reason in (("DISPATCH", "08", ""), ("ATTEMPT", "10", "NOT_HOME"), ("HAND_OVER", "16", ""))
        for parcel in parcels
    ]
    key = _key(world, "scans:write")
    before = ScanEvent.objects.count()
    with _served(committed_database, **BADNESS) as network:
        told = list(courier.report(network.address, key, events, 4))
        again = list(courier.report(network.address, key, events, 9))
    assert {outcome for _, _, outcome in told} <= {"RECORDED", "REPEATED"}
    assert [(code, step) for code, step, _ in told] == [(event["code"], event["step"]) for event in events]
    assert {outcome for _, _, outcome in again} == {"REPEATED"}
    assert ScanEvent.objects.count() == before + len(events)
    for parcel in parcels:
        parcel.refresh_from_db()
    assert {parcel.state for parcel in parcels} == {"DELIVERED"}
    assert_books_close()


def test_the_federation_above_pulls_the_quarter(
    committed_database: str,
    committed_world: World,
    example,  # type: ignore[no-untyped-def]
    tmp_path: Path,
) -> None:
    federation, world = example("upper_federation"), committed_world
    world.stock_kits(PARCELS)
    for parcel in world.plan(PARCELS):
        world.walk(parcel)
    gifts = [world.give_money(100 + number).reference for number in range(5)]
    while number_events(bodies_above=bodies_above, now=world.now):
        pass
    _, key = issue_key(
        organisation=world.province,
        name="示例省",
        scopes=["ledgers:read", "donations:read", "parcels:read"],
        now=timezone.now(),
    )
    with _served(committed_database, **BADNESS) as network:
        counts = federation.pull(network.address, key, "2026-01-01", "2026-03-31", tmp_path, "3")
    assert counts["distribution"] == PARCELS
    assert counts["donations"] == Donation.objects.count() == len(gifts) + 1
    rows = [json.loads(line) for line in (tmp_path / "distribution.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len({row["parcel"] for row in rows}) == PARCELS
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    numbers = [event["number"] for event in events]
    assert numbers == list(range(1, len(numbers) + 1))
    assert sum(event["type"] == "delivery.confirmed" for event in events) == PARCELS
