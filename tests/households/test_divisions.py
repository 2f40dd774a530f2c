"""Divisions come in editions, each table whole or not at all."""

from pathlib import Path

import pytest

from logistics.households.divisions import (
    DivisionsUnreadable,
    divisions_within,
    import_divisions,
    name_of_division,
)
from tests.cast import World
from tests.looking import nothing_written

TOWN = Path(__file__).with_name("divisions.csv")


def test_divisions_come_in_editions(world: World) -> None:
    assert name_of_division("411281") == "河南省义马市", "six digits are known without a table"
    with TOWN.open(encoding="utf-8") as lines:
        done = import_divisions(edition="2025", lines=lines)
    assert done.added == 10
    assert [code for code, _ in divisions_within("411281")] == [f"41128100{number}" for number in range(1, 8)]
    assert divisions_within("411200") == [], "a whole city is too much to choose from"
    import_divisions(edition="2026", lines=["411281001,示例新名街道"])
    assert name_of_division("411281001") == "示例新名街道"
    assert name_of_division("411281002") == "朝阳路街道", "an earlier edition stands"
    assert name_of_division("990101") == ""


@pytest.mark.parametrize("lines", [["41128,甲"], ["411281001,"], ["411281001,甲", "411281001,乙"], ["411281001"]])
def test_a_table_of_divisions_that_cannot_be_read_changes_nothing(world: World, lines: list[str]) -> None:
    with nothing_written(), pytest.raises(DivisionsUnreadable):
        import_divisions(edition="2026", lines=["411281,义马市", *lines])
