"""The bars of the first page: lengths by their share of the longest, with nothing lost to rounding."""

from types import SimpleNamespace

from logistics.web.charts import LENGTH, parcel_bars


def test_the_longest_bar_is_whole_and_its_parts_meet() -> None:
    rows = [SimpleNamespace(delivered=7, under_way=14, late=3), SimpleNamespace(delivered=1, under_way=0, late=0)]
    long, short = parcel_bars(rows, ["暖心包", "春蕾"])  # type: ignore[arg-type]  # -- the counts alone matter
    assert [part.value for part in long.parts] == [7, 11, 3]
    assert long.parts[-1].left + long.parts[-1].length == LENGTH
    assert all(one.left + one.length == two.left for one, two in zip(long.parts, long.parts[1:], strict=False))
    assert (short.total, short.parts[0].length) == (1, LENGTH // 21)


def test_nothing_at_all_is_empty_bars() -> None:
    (bar,) = parcel_bars([SimpleNamespace(delivered=0, under_way=0, late=0)], ["春蕾"])  # type: ignore[list-item]  # -- the same
    assert (bar.total, [part.length for part in bar.parts]) == (0, [0, 0, 0])
