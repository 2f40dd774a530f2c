"""Names and words made to run in who reads them: escaped on every page, and no formula in any table."""

import re

import pytest

from tests.api.conftest import Clerk
from tests.cast import World
from tests.web.conftest import Visitor
from tests.web.test_access_of_pages import pages, things_on_pages

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}${7*7}"
RUNS = re.compile(rb"<script>alert|<img src=x|&lt;script&gt;alert\(1\)&lt;/script&gt;.{0,4}<img")


@pytest.fixture
def hostile(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Let the county have a row of everything, each text that a person writes with a script in it."""
    plain = Clerk.post

    def post(self: Clerk, path: str, body: object = None, **more: object):  # type: ignore[no-untyped-def]
        return plain(self, path, _with_scripts(body), **more)

    monkeypatch.setattr(Clerk, "post", post)
    things = things_on_pages(world)
    for model, name in (
        (type(world.county), "name_zh"),
        (type(world.warm), "name_zh"),
        (type(world.warm_fund), "name_zh"),
        (type(world.gloves), "name_zh"),
        (type(world.warehouse), "name_zh"),
        (type(world.supplier), "name_zh"),
        (type(world.officer), "name"),
    ):
        model.objects.update(**{name: SCRIPT[: model._meta.get_field(name).max_length]})
    type(world.family).objects.update(township=SCRIPT[:60])
    return things


def _with_scripts(node: object) -> object:
    if isinstance(node, dict):
        return {
            key: SCRIPT[:100] if key in WORDS and isinstance(value, str) else _with_scripts(value)
            for key, value in node.items()
        }
    return [_with_scripts(value) for value in node] if isinstance(node, list) else node


WORDS = {"text", "note", "what", "words", "place", "payee_name", "why", "description"}


@pytest.mark.parametrize("who", ["officer", "keeper", "administrator", "auditor", ""])
def test_no_page_lets_a_name_run(hostile: dict[str, str], who: str) -> None:
    visitor, shown = Visitor(who), 0
    for page in pages(hostile):
        answer = visitor.get(page.address)
        if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
            continue
        assert answer.status_code != 500, page.route
        assert not RUNS.search(answer.content), page.route
        shown += b"&lt;script&gt;alert(1)" in answer.content
    assert shown > 3, "as many pages show such a name"
