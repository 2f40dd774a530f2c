"""Clients of the API: a partner with a key, and what a test wants to know of an answer."""

import itertools
import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from logistics.parties.models import Organisation, Person
from logistics.partners.keys import SCOPES, issue_key
from tests.cast import World

_keys = itertools.count(1)


class Partner:
    """A program that calls the API with a key."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Read."""
        return self.client.get(f"/api/v1{path}", headers=self._headers(headers))

    def post(
        self, path: str, body: Any = None, *, key: str | None = "", raw: bytes | None = None, **headers: str
    ) -> HttpResponse:
        """Send a body with a new Idempotency-Key, the given one, or (None) without one."""
        if key is not None:
            headers["Idempotency-Key"] = key or f"key-{next(_keys)}"
        data = raw if raw is not None else json.dumps(body if body is not None else {})
        content_type = headers.pop("content_type", "application/json")
        return self.client.post(f"/api/v1{path}", data=data, content_type=content_type, headers=self._headers(headers))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", "Accept-Language": "en", **more}


class Clerk(Partner):
    """A person who is signed in."""

    def __init__(self, person: Person) -> None:
        super().__init__("")
        self.client.force_login(person)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Accept-Language": "en", **more}


def partner_of(organisation: Organisation, *scopes: str, now: Any) -> Partner:
    """Give a key to a partner of an organisation."""
    _, key = issue_key(organisation=organisation, name="示例单位", scopes=scopes or SCOPES, now=now)
    return Partner(key)


@pytest.fixture
def partner(world: World) -> Partner:
    """A partner of the county with every scope."""
    from django.utils import timezone

    return partner_of(world.county, now=timezone.now())


@pytest.fixture
def outsider(world: World) -> Partner:
    """A partner of the county beside, who must see nothing."""
    from django.utils import timezone

    return partner_of(world.stranger_county, now=timezone.now())
