"""Label papers: geometry as data, start positions, measures that make no sheet."""

import dataclasses

import pytest

from labels.sheets import (
    SHEETS,
    LabelSheet,
    SheetImpossible,
    find_sheet,
    next_position,
    require_possible,
)
from labels.styles import LabelTooSmall


@pytest.mark.parametrize("name", SHEETS)
def test_every_named_sheet_is_possible_and_its_labels_do_not_overlap(name: str) -> None:
    sheet = find_sheet(name)
    require_possible(sheet)
    boxes = [sheet.corner(place) for place in range(sheet.positions)]
    for place, (left, top) in enumerate(boxes):
        assert 0 <= left <= sheet.page_width_um - sheet.label_width_um
        assert 0 <= top <= sheet.page_height_um - sheet.label_height_um
        for other_left, other_top in boxes[:place]:
            assert abs(left - other_left) >= sheet.label_width_um or abs(top - other_top) >= sheet.label_height_um


@pytest.mark.parametrize(
    ("start", "labels", "following"), [(1, 1, 2), (1, 21, 1), (20, 2, 1), (20, 3, 2), (5, 42, 5), (21, 1, 1)]
)
def test_the_next_position_is_the_one_after_the_last_label(start: int, labels: int, following: int) -> None:
    assert next_position(find_sheet("A4_3X7"), start, labels) == following


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"margin_left_um": 8_000 + 7_250}, SheetImpossible),
        ({"rows": 8}, SheetImpossible),
        ({"rows": 0}, SheetImpossible),
        ({"columns": 101, "rows": 1}, SheetImpossible),
        ({"gutter_x_um": -1}, SheetImpossible),
        ({"page_width_um": 500_001}, SheetImpossible),
        ({"page_height_um": 0}, SheetImpossible),
        ({"label_height_um": 36_999}, LabelTooSmall),
        ({"label_width_um": 59_999}, LabelTooSmall),
    ],
)
def test_measures_that_make_no_sheet_are_refused(change: dict[str, int], refusal: type[Exception]) -> None:
    sheet: LabelSheet = dataclasses.replace(find_sheet("A4_3X7"), **change)  # type: ignore[arg-type]
    with pytest.raises(refusal):
        require_possible(sheet)
