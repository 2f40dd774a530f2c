"""Forms that another site sends in the name of who is signed in: refused at every page and at every door."""

import json

import pytest
from django.test import Client

from tests.cast import World
from tests.looking import nothing_written
from tests.web.test_access_of_pages import pages, visitors

# What a browser sends along from elsewhere: the session, and no token.
ELSEWHERE = {"Origin": "https://evil.example", "Referer": "https://evil.example/"}


@pytest.fixture
def victim(world: World) -> Client:
    """An officer with every role but the auditor's, signed in, at a server that looks at tokens."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False, headers={"Accept-Language": "en"})
    session = visitors(world)["parent"]
    client.cookies = session.cookies
    return client


def test_no_page_takes_a_form_without_its_token(victim: Client) -> None:
    taken = {}
    with nothing_written():
        for page in pages({}):
            for headers in ({}, ELSEWHERE, {"X-CSRFToken": "x" * 32}):
                answer = victim.post(page.address, {"name": "x"}, headers=headers)
                if answer.status_code != 403:
                    taken[page.route] = answer.status_code
    # A code of zero bytes or a method that is not there would be told before; nothing else is.
    assert not taken, taken


def test_no_door_takes_a_session_without_a_token(victim: Client) -> None:
    document, taken = json.loads(Client().get("/api/v1/openapi.json").content), {}
    with nothing_written():
        for path, methods in document["paths"].items():
            for method in set(methods) & {"post", "put", "patch", "delete"}:
                address = path.replace("{", "").replace("}", "")
                for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
                    answer = getattr(victim, method)(address, b"{}", content_type=kind, headers=ELSEWHERE)
                    is_public = not any(methods[method].get("security", [{}]))
                    if not is_public and answer.status_code not in (401, 403, 404):
                        taken[f"{method} {path}"] = (answer.status_code, answer.content[:100])
    assert not taken, taken
