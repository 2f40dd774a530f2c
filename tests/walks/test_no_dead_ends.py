"""Whatever a page offers opens: each person of the demonstration follows the links of every kind of page."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from logistics.press.demo import give_passwords, let_audit, load_demonstration
from logistics.press.demo_rooms import load_rooms

# Pages of one kind differ by these only: one stands for all.
_ROW = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[A-Z0-9-]{8,}\b|\d+")
_LINK = re.compile(r'<a [^>]*href="(/[^"#]*)')
# Signing out ends the walk; the station and the visits' page have tests of their own in a browser.
_NOT_FOLLOWED = ("/sign-out", "/static/", "/scan/", "/visits/")
_KINDS_LEAST = 40


@pytest.mark.django_db
def test_no_page_offers_what_it_then_refuses() -> None:
    load_demonstration(now=timezone.now())
    people = give_passwords(make=lambda: "made-for-a-test")
    let_audit(now=timezone.now())
    load_rooms(now=timezone.now())
    dead, seen = _walked_by(Client(), "a stranger")
    for person, _ in people:
        client = Client()
        client.force_login(person)
        ends, kinds = _walked_by(client, person.username)
        dead, seen = dead + ends, seen | kinds
    assert dead == [], "\n".join(dead)
    assert len(seen) > _KINDS_LEAST


def _walked_by(client: Client, name: str) -> tuple[list[str], set[str]]:
    """Open one page of each kind that can be reached; returns the links that lead nowhere, and the kinds."""
    kinds: set[str] = set()
    ends: list[str] = []
    waiting = [("/", "")]
    while waiting:
        path, shown_on = waiting.pop()
        kind = _ROW.sub("*", path.split("?")[0])
        if kind in kinds or path.startswith(_NOT_FOLLOWED):
            continue
        kinds.add(kind)
        answer = client.get(path, follow=True)
        if answer.status_code != 200:
            ends.append(f"{name}: {path} on {shown_on} answers {answer.status_code}")
        elif answer.headers["Content-Type"].startswith("text/html"):
            waiting += [(link.replace("&amp;", "&"), path) for link in _LINK.findall(answer.content.decode())]
    return ends, kinds
