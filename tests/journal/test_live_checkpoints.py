"""A checkpoint follows each commit within five seconds while the server runs, also after the sequencer was killed."""

import json
import os
import signal
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from logistics.journal.log import SignedCheckpoint
from logistics.journal.sealing import consistency_proof
from logistics.kernel.merkle import is_consistent
from logistics.management.serving import Installation
from logistics.partners.keys import issue_key
from tests.cast import World
from tests.servers import installed

# What is promised of the time from a commit to its checkpoint.
DELAY_SECONDS_MAX = 5.0
# A sequencer that was killed is started again after a pause, and Python needs a while to begin.
RESTART_SECONDS_MAX = 40.0
LOOK_SECONDS = 0.1


class Caller:
    """A partner at the door of a running server."""

    def __init__(self, address: str, key: str) -> None:
        self._api, self._key = f"{address}/api/v1", key

    def give(self, world: World, reference: str) -> str:
        """Give money; returns the entry, which is committed."""
        gift = {
            "programme": world.warm.code,
            "fund": world.warm_fund.code,
            "donor": str(world.donor.id),
            "money": {"amount": 100, "currency": "CNY"},
            "received_at": world.now.isoformat(),
            "channel": "BANK",
            "reference": reference,
        }
        answer: dict[str, str] = json.loads(self._answer("/donations/money", gift))
        return answer["entry"]

    def size(self) -> int:
        """Return the size of the last checkpoint that is published."""
        return int(self._answer("/checkpoints/latest").split("\n")[1])

    def has_proof(self, entry: str) -> bool:
        """Tell whether an entry is under a published checkpoint."""
        try:
            self._answer(f"/entries/{entry}/proof")
        except urllib.error.HTTPError:
            return False
        return True

    def _answer(self, path: str, body: object = None) -> str:
        headers = {"Authorization": f"Bearer {self._key}"}
        data = None
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
            data = json.dumps(body).encode()
        request = urllib.request.Request(f"{self._api}{path}", data=data, headers=headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            text: str = answer.read().decode()
        return text


@contextmanager
def _watched(running: Installation) -> Iterator[None]:
    """Look after the helpers as `manage.py up` does."""
    is_over = threading.Event()
    watcher = threading.Thread(target=running.watch, args=(is_over,))
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()


def _seconds_until_proved(caller: Caller, entry: str, most: float) -> float:
    began = time.monotonic()
    while not caller.has_proof(entry):
        assert time.monotonic() - began < most, f"no checkpoint over the entry after {most} s"
        time.sleep(LOOK_SECONDS)
    return time.monotonic() - began


def test_a_checkpoint_follows_a_commit_and_a_killed_sequencer_comes_back(
    committed_world: World, committed_database: str
) -> None:
    _, key = issue_key(
        organisation=committed_world.county,
        name="示例单位",
        scopes=("donations:write", "ledgers:read"),
        now=committed_world.now,
    )
    with installed(committed_database, workers=1, has_worker=True) as (address, running):
        caller = Caller(address, key)
        # The sequencer starts beside the server: what it finds on its first look is no measure.
        _seconds_until_proved(caller, caller.give(committed_world, "warm-up"), RESTART_SECONDS_MAX)
        delays = [
            _seconds_until_proved(caller, caller.give(committed_world, f"gift-{number}"), DELAY_SECONDS_MAX)
            for number in range(2)
        ]
        assert max(delays) < DELAY_SECONDS_MAX
        before = caller.size()
        os.kill(running.pid_of("sequencer"), signal.SIGKILL)
        # Nobody numbers leaves now: gifts are still taken, and wait.
        entry = caller.give(committed_world, "while-dead")
        assert not caller.has_proof(entry)
        with _watched(running):
            _seconds_until_proved(caller, entry, RESTART_SECONDS_MAX)
        old, new = (SignedCheckpoint.objects.get(size=size) for size in (before, caller.size()))
    assert new.size > old.size
    roots = bytes.fromhex(old.root), bytes.fromhex(new.root)
    assert is_consistent(old.size, new.size, consistency_proof(old=old, new=new), *roots)
