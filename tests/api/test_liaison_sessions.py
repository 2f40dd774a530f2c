"""A liaison's session writes what their pages let them write; what the office decides the API leaves to it."""

import re

import pytest
from django.test import Client
from django.urls import resolve

from api.liaison_calls import CALLS_OF_LIAISONS
from tests.cast import PASSWORD, World
from tests.looking import nothing_written
from tests.replies.stage import someone

# What only an office decides, though a program of an office does it under the same scopes.
OF_THE_OFFICE = (
    "/applications/{id}/review",
    "/public-notices",
    "/objections/{id}/answer",
    "/distribution-lists",
    "/distribution-lists/{id}/decision",
    "/duplicates/{id}/merge",
    "/duplicates/{id}/keep-apart",
    "/merges/{id}/undo",
    "/micro-wishes/{id}/release",
    "/companionships",
    "/reply-cards/{id}/release",
    "/grievances/{id}/answer",
    "/visit-draws",
    "/households/{id}/photos/{id}/erase",
)


@pytest.fixture
def liaison(world: World) -> Client:
    """Somebody in the villages who is signed in."""
    someone(world, "liaison", "LIAISON")
    client = Client()
    assert client.login(username="liaison", password=PASSWORD)
    return client


@pytest.mark.parametrize("path", OF_THE_OFFICE)
def test_what_the_office_decides_is_not_a_liaison_s(world: World, liaison: Client, path: str) -> None:
    with nothing_written():
        answer = liaison.post(
            f"/api/v1{path.format(id=world.family.id)}",
            {},
            content_type="application/json",
            headers={"Idempotency-Key": "01980000-0000-7000-8000-000000000001"},
        )
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_each_call_of_theirs_is_one_and_opens(world: World, liaison: Client) -> None:
    for number, (method, route) in enumerate(sorted(CALLS_OF_LIAISONS)):
        path = re.sub(r"<\w+:\w+>", str(world.family.id), route)
        assert resolve(f"/{path}").route == route
        with nothing_written():
            answer = liaison.generic(
                method,
                f"/{path}",
                "[]",
                content_type="application/json",
                headers={"Idempotency-Key": f"01980000-0000-7000-8000-{number:012}"},
            )
        assert answer.status_code in (404, 415, 422, 428), (route, answer.content)
