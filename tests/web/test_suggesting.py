"""Batches and townships are suggested where they would have to be typed."""

import re

from tests.cast import World
from tests.web.conftest import Visitor


def test_paper_suggests_the_newest_batches_first(world: World, officer: Visitor) -> None:
    world.stock_kits(2)
    world.plan(1, batch="first-batch")
    world.plan(1, batch="second & last")
    shown = officer.get("/papers/new/PACKING_LIST").content.decode()
    batches = shown[shown.index('id="suggested-batch"') :]
    assert re.findall(r'value="([^"]+)"', batches)[:2] == ["second &amp; last", "first-batch"]
    assert 'list="suggested-township"' in shown


def test_nothing_to_suggest_is_a_plain_line(officer: Visitor) -> None:
    shown = officer.get("/papers/new/PACKING_LIST").content.decode()
    assert 'name="batch"' in shown
    assert "suggested-batch" not in shown
