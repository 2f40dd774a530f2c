"""How long the auditor waits: verify.py over the bundle of a long log, and the proof of one entry in it."""

import datetime as dt
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone

from logistics.donations.actions import GiftInput, record_money_donations
from logistics.journal.log import SealedLeaf
from logistics.journal.sealing import inclusion_proof, latest_checkpoint, log_verifier_key, seal_leaves
from logistics.press.bundles import making
from logistics.press.bundles.bundle import Asked
from tests.cast import World, raise_curtain
from tests.note_checker import check_proof, read_key

# A leaf a gift. To make and seal a million takes an hour or two: NUANLIU_BENCH_GIFTS says how many.
GIFTS, GIFTS_PER_CALL, PROOFS = int(os.environ.get("NUANLIU_BENCH_GIFTS", "50000")), 1_000, 100
LEAVES_TOLD = 1_000_000
Say = Callable[[str, float, str], None]


def measure_verifying(say: Say, gifts: int = GIFTS) -> None:
    """Fill a log, make its bundle, verify it with the file that lies in it, and prove entries."""
    world = raise_curtain()
    _fill(world, gifts)
    size = latest_checkpoint().size
    with tempfile.TemporaryDirectory() as name:
        bundle = Path(name) / "bundle.zip"
        asked = Asked(organisation=world.county, from_on=dt.date(2026, 1, 1), to_on=dt.date(2026, 1, 31))
        begun = time.perf_counter()
        making.write_bundle(asked.checked(), bundle, lambda done, total: None)
        say(f"a bundle of {size:,} leaves, made in", time.perf_counter() - begun, "s")
        seconds = _verified(bundle)
    say(f"verify.py on {size:,} leaves", seconds, "s")
    say(f"verify.py, at that pace {LEAVES_TOLD:,} leaves would take", seconds * LEAVES_TOLD / size, "s")
    say(f"a proof of an entry among {size:,} leaves, made and verified, median", _proved(size) * 1000, "ms")


def _fill(world: World, gifts: int) -> None:
    for start in range(0, gifts, GIFTS_PER_CALL):
        record_money_donations(
            actor=world.partner,
            programme=world.warm,
            fund=world.warm_fund,
            gifts=[
                GiftInput(world.donor, 100, world.now, f"bench-{number}")
                for number in range(start, start + GIFTS_PER_CALL)
            ],
            now=world.now,
        )
    while seal_leaves(now=timezone.now()):
        pass


def _verified(bundle: Path) -> float:
    command = [sys.executable, making.VERIFIER, bundle, "--key", log_verifier_key(), "--lang", "en"]
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def _proved(size: int) -> float:
    checkpoint, key, taken = latest_checkpoint(), read_key(log_verifier_key()), []
    for number in range(0, size, size // PROOFS):
        leaf = SealedLeaf.objects.select_related("leaf").get(id=number)
        begun = time.perf_counter()
        proof = inclusion_proof(leaf=leaf, checkpoint=checkpoint)
        check_proof(proof.encode(), leaf.record, key)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
