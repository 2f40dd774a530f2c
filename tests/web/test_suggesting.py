"""Batches and townships are suggested where they would have to be typed."""

import re

import pytest

from logistics.households.divisions import import_divisions
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


@pytest.mark.parametrize("page", ["/households/new", "/households/imports"])
def test_divisions_of_the_own_county_are_suggested_by_name(world: World, officer: Visitor, page: str) -> None:
    lines = ["990101001,示例镇", "990101001001,示例村", "990102001,别县镇"]
    import_divisions(edition="2026", lines=lines)
    shown = officer.get(page).content.decode()
    assert '<option value="990101001">示例镇</option><option value="990101001001">示例村</option>' in shown
    assert "别县镇" not in shown
