"""Exactly once, end to end: many clients ask the same over a line that cuts answers, of a server that is killed."""

import http.client
import json
import os
import random
import threading
import time
from collections import defaultdict, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from api.models import StoredAnswer
from logistics.donations.models import Donation
from logistics.journal.models import Balance, JournalEntry
from logistics.outbox.models import Event
from logistics.partners.keys import issue_key
from tests.cast import World, raise_curtain
from tests.looking import assert_books_close
from tests.networks import BadNetwork, bad_network
from tests.servers import MortalServer

IS_SOAK = bool(os.environ.get("NUANLIU_SOAK"))
CLIENTS = 8
KEYS, KILLS = (1_000, 10) if IS_SOAK else (40, 2)
# Every so many keys one that no reference of the partner's catches: its key alone keeps it from being done twice.
ASSEMBLES_EVERY = 5
CUTS = 0.2
# A crash keeps a key taken for so long; a short run waits less.
CLAIM_SECONDS = "60" if IS_SOAK else "3"
PAUSE_SECONDS = 0.2
STORM_SECONDS_MAX = 1_800 if IS_SOAK else 200
Answer = tuple[int, bytes]


@dataclass
class Client:
    """A partner's program that asks until it has an answer which counts."""

    number: int
    address: str
    key: str
    answers: dict[int, Answer] = field(default_factory=dict)
    tries: int = 0

    def ask_everything(self) -> None:
        """Ask every key in an order of its own, and those that had no answer again at the end."""
        order = list(range(KEYS))
        random.Random(self.number).shuffle(order)
        waiting = deque(order)
        until = time.monotonic() + STORM_SECONDS_MAX
        while waiting and time.monotonic() < until:
            number = waiting.popleft()
            answer = self._asked(number)
            if answer is None:
                waiting.append(number)
                time.sleep(PAUSE_SECONDS)
            else:
                self.answers[number] = answer

    def _asked(self, number: int) -> Answer | None:
        """Ask once; None where there was no answer, or one that says to come back."""
        self.tries += 1
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=100)
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        try:
            path, body = request_of(number)
            connection.request("POST", f"/api/v1{path}", body, headers | {"Idempotency-Key": f"storm-{number}"})
            answer = connection.getresponse()
            status, data = answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        return None if status in (409, 429) or status >= 500 else (status, data)


def request_of(number: int) -> tuple[str, str]:
    """Write the request of a key: a gift, or kits that are assembled."""
    if number % ASSEMBLES_EVERY == 0:
        body = {"kit_recipe": "warm-kit", "warehouse": "wh-1", "fund": "warm-2026", "quantity": 1}
        return "/kits/assemble", json.dumps(body)
    gift = {
        "programme": "spring-bud",
        "fund": "girls-2026",
        "donor": {"name": "示例基金会", "kind": "ORGANISATION"},
        "money": {"amount": 100 + number, "currency": "CNY"},
        "received_at": "2026-01-10T10:00:00+08:00",
        "channel": "BANK",
        "reference": f"storm-{number}",
    }
    return "/donations/money", json.dumps(gift)


def _killed_on_the_way(server: MortalServer, clients: list[Client], is_over: threading.Event) -> int:
    """Kill the server whenever a share of the answers is there; returns how often."""
    kills = 0
    while not is_over.wait(0.02) and kills < KILLS:
        if sum(len(client.answers) for client in clients) > CLIENTS * KEYS * (kills + 0.5) / (KILLS + 1):
            server.kill()
            kills += 1
            server.start()
    return kills


def _stormed(url: str, world: World) -> tuple[list[Client], int, BadNetwork]:
    _, key = issue_key(
        organisation=world.county, name="示例", scopes=["donations:write", "stock:write"], now=timezone.now()
    )
    server, is_over = MortalServer(url, CLAIM_SECONDS=CLAIM_SECONDS), threading.Event()
    try:
        with bad_network(BadNetwork(server.address, cuts=CUTS)) as network, ThreadPoolExecutor(CLIENTS + 1) as pool:
            clients = [Client(number, network.address, key) for number in range(CLIENTS)]
            killing = pool.submit(_killed_on_the_way, server, clients, is_over)
            for done in [pool.submit(client.ask_everything) for client in clients]:
                done.result()
            is_over.set()
            return clients, killing.result(), network
    finally:
        is_over.set()
        server.kill()


@pytest.mark.timeout(STORM_SECONDS_MAX + 200)
def test_of_a_storm_each_key_has_one_effect_and_one_answer(committed_database: str) -> None:
    world = raise_curtain()
    assembled = len(range(0, KEYS, ASSEMBLES_EVERY))
    world.give_money(20_000 * assembled)
    for item, value in ((world.gloves, 2_000), (world.vest, 8_000), (world.blanket, 10_000)):
        world.buy((item, assembled, value * assembled))
    entries, begun = JournalEntry.objects.count(), time.monotonic()
    clients, kills, network = _stormed(committed_database, world)
    tries, seconds = sum(client.tries for client in clients), time.monotonic() - begun
    print(
        f"storm: {KEYS} keys, {CLIENTS} clients, {kills} kills, {tries} tries, {dict(network.befell)}, {seconds:.0f} s"
    )
    # The line and the server were as bad as they should be.
    assert kills == KILLS
    assert network.befell["cut"] > 0.8 * CUTS * tries * (1 - network.befell["server away"] / tries)
    # Every client has an answer to every key, and all have the same.
    answers = defaultdict(set)
    for client in clients:
        assert len(client.answers) == KEYS, f"client {client.number}: {len(client.answers)}"
        for number, answer in client.answers.items():
            answers[number].add(answer)
    assert {number: told for number, told in answers.items() if len(told) > 1} == {}
    # The answer was kept with its effect: none was found again by its reference alone.
    assert {status for told in answers.values() for status, _ in told} == {201}
    gifts = KEYS - assembled
    assert Donation.objects.filter(reference__startswith="storm-").count() == gifts
    assert Event.objects.filter(kind="donation.recorded").count() == gifts + 1
    assert JournalEntry.objects.count() == entries + KEYS
    money = Balance.objects.filter(account=world.girls_fund.bank_account, lot__purse=world.girls_fund.purse_id)
    expected = sum(100 + number for number in range(KEYS) if number % ASSEMBLES_EVERY)
    assert sum(row.quantity for row in money) == expected
    kits = Balance.objects.filter(account=world.warehouse.account, lot__item_id=world.recipe.item_id)
    assert sum(row.quantity for row in kits) == assembled
    assert StoredAnswer.objects.filter(is_done=True).count() == KEYS
    assert not StoredAnswer.objects.filter(is_done=False).exists()
    assert_books_close()
