"""What it costs in processor time to know who calls: from the header to the holder of the key, and to the actor.

In this process and without the network, since nothing of it waits for anybody: a key that this process knows, one that
it must read, one bound to twenty networks, and a wrong one.
"""

import time
from collections.abc import Callable

from django.test import RequestFactory
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from api.authentication import KeyAuthentication, actor_of, scopes_of
from logistics.partners.key_texts import text_in
from logistics.partners.keys import issue_key
from logistics.partners.known import forget_key
from tests.cast import raise_curtain

CALLS, ROUNDS = 2_000, 5
# What is promised of one request.
MILLISECONDS_MAX = 0.3


def measure_authentication(say: Callable[[str, float, str], None]) -> None:
    """Measure each kind of caller; the best of the rounds is told, since processor time only ever gets worse."""
    world, now = raise_curtain(), timezone.now()
    networks = [f"198.51.100.{n}" for n in range(19)] + ["127.0.0.0/8"]
    plain = issue_key(organisation=world.county, name="bench", scopes=["parcels:read"], now=now)[1]
    bound = issue_key(organisation=world.county, name="b", scopes=["parcels:read"], networks=networks, now=now)[1]
    wrong = plain[:-1] + ("0" if plain[-1] != "0" else "1")
    told = text_in(plain)
    assert told is not None
    for name, key, before in (
        ("known key", plain, None),
        ("known key, twenty networks", bound, None),
        ("wrong key", wrong, None),
        ("key read from the database", plain, lambda: forget_key(told.prefix)),
    ):
        milliseconds = min(_round(key, before) for _ in range(ROUNDS))
        say(f"authentication, {name} (promised {MILLISECONDS_MAX})", milliseconds, "ms of processor time")


def _round(key: str, before: Callable[[], None] | None) -> float:
    factory = RequestFactory(headers={"Authorization": f"Bearer {key}"})
    requests = [Request(factory.get("/api/v1/parcels")) for _ in range(CALLS)]
    door = KeyAuthentication()
    began = time.process_time()
    for request in requests:
        if before is not None:
            before()
        _ask(door, request)
    return (time.process_time() - began) * 1_000 / CALLS


def _ask(door: KeyAuthentication, request: Request) -> None:
    try:
        found = door.authenticate(request)
    except AuthenticationFailed:
        return
    assert found is not None
    request.user, request.auth = found
    scopes_of(request)
    actor_of(request)
