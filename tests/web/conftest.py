"""People at the pages."""

import pytest
from django.test import Client

from tests.cast import PASSWORD, World


class Visitor:
    """Somebody with a browser, in a language."""

    def __init__(self, username: str = "", language: str = "zh-CN") -> None:
        self.client = Client(headers={"Accept-Language": language}, raise_request_exception=False)
        if username:
            assert self.client.login(username=username, password=PASSWORD)

    def get(self, path: str):  # type: ignore[no-untyped-def]
        """Open a page."""
        return self.client.get(path)

    def send(self, path: str, **values: object):  # type: ignore[no-untyped-def]
        """Send the form of a page, with the token that stands in it."""
        form = self.client.get(path)
        token = form.context["form"]["once"].value()
        days = dict.fromkeys(("received_on", "purchased_on"), "2026-01-12")
        return self.client.post(path, {"once": token, **days, **EMPTY_LINES, **values})


EMPTY_LINES = {"line-TOTAL_FORMS": "4", "line-INITIAL_FORMS": "0"}


@pytest.fixture
def keeper(world: World) -> Visitor:
    """The keeper at a page."""
    return Visitor("keeper")


@pytest.fixture
def officer(world: World) -> Visitor:
    """The officer at a page."""
    return Visitor("officer")


@pytest.fixture
def auditor(world: World) -> Visitor:
    """The auditor at a page."""
    return Visitor("auditor")
