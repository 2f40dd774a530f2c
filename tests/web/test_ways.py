"""No page leads a person astray: what a role is shown it may open, and everybody finds the doors that are theirs."""

import re

from tests.cast import World
from tests.replies.stage import someone
from tests.web.conftest import Visitor

FOR_EVERYBODY = {"/tell", "/tell/follow", "/wishes", "/notices/"}


def test_no_link_within_two_steps_of_the_first_page_is_dead(world: World) -> None:
    someone(world, "liaison", "LIAISON")
    for role in ("", "keeper", "courier", "liaison", "officer"):
        assert _astray(Visitor(role)) == [], role


def test_the_doors_for_everybody_stand_on_the_first_page(world: World) -> None:
    for role in ("", "officer"):
        assert _links(Visitor(role), "/") >= FOR_EVERYBODY


def _astray(visitor: Visitor) -> list[str]:
    first = _links(visitor, "/")
    second = {link for way in sorted(first) for link in _links(visitor, way)}
    return [link for link in sorted(first | second) if visitor.get(link).status_code not in (200, 302)]


def _links(visitor: Visitor, way: str) -> set[str]:
    answer = visitor.get(way)
    if "html" not in answer.headers["Content-Type"]:
        return set()
    found = re.findall(r'<a [^>]*href="(/[^"#?]*)', answer.content.decode())
    return {link for link in found if not link.startswith(("/static", "/api"))}
