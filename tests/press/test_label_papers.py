"""Printers and label papers: own measures, offsets, and where the next label goes on a part-used sheet."""

import pypdfium2
import pytest

from labels.sheets import LabelSheet, PositionOutsideSheet, SheetImpossible, SheetUnknown, find_sheet
from labels.styles import LabelTooSmall
from logistics.press.actions import ask_for_labels
from logistics.press.label_batches import draw_batch
from logistics.press.label_papers import (
    PrinterImpossible,
    PrinterMissing,
    PrinterTaken,
    SheetTaken,
    change_printer,
    get_printer,
    get_sheet,
    register_printer,
    register_sheet,
    setup_of,
    sheets_for,
)
from logistics.press.models import Printer
from logistics.press.reads import calibration_file, labels_file
from tests.cast import World
from tests.looking import nothing_written

MEASURES = {
    "page_width_um": 210_000,
    "page_height_um": 297_000,
    "rows": 4,
    "columns": 2,
    "margin_left_um": 5_000,
    "margin_top_um": 8_000,
    "gutter_x_um": 0,
    "gutter_y_um": 0,
    "label_width_um": 100_000,
    "label_height_um": 70_000,
}


@pytest.fixture
def printer(world: World) -> Printer:
    """A printer of the county."""
    return register_printer(organisation=world.county, code="hp-1", name="示例打印机", dots_per_inch=600)


def _print(world: World, printer: Printer | None, count: int, start: int | None = None, sheet: str = "A4_3X7") -> int:
    world.stock_kits(count)
    batch = ask_for_labels(
        actor=world.partner,
        parcels=world.plan(count),
        sheet=sheet,
        printer=printer,
        start_position=start,
        now=world.now,
    )
    draw_batch(batch.id)
    batch.refresh_from_db()
    assert batch.state == "DONE", batch.problem
    return batch.start_position


def test_it_goes_on_where_the_printer_ended_and_knows_each_paper_apart(world: World, printer: Printer) -> None:
    other = register_printer(organisation=world.county, code="hp-2", name="示例打印机二")
    assert _print(world, printer, 3) == 1
    assert _print(world, printer, 2) == 4
    assert _print(world, other, 1) == 1
    assert _print(world, printer, 1, sheet="A4_3X8") == 1
    assert _print(world, printer, 2, start=20) == 20
    assert {row.sheet: row.position for row in printer.positions.all()} == {"A4_3X7": 1, "A4_3X8": 2}


def test_without_a_printer_every_batch_begins_where_it_says_or_at_the_first(world: World) -> None:
    assert [_print(world, None, 1), _print(world, None, 1), _print(world, None, 1, start=5)] == [1, 1, 5]


def test_a_position_outside_the_sheet_moves_nothing(world: World, printer: Printer) -> None:
    parcel = world.parcel()
    with nothing_written(), pytest.raises(PositionOutsideSheet):
        ask_for_labels(
            actor=world.partner, parcels=[parcel], sheet="A4_3X7", printer=printer, start_position=22, now=world.now
        )


def test_an_own_sheet_serves_the_bodies_below_and_no_others(world: World) -> None:
    made = register_sheet(organisation=world.province, name="own-8", product="示例 100 x 70", **MEASURES)
    assert made == get_sheet(name="own-8", organisation=world.county)
    assert made == LabelSheet(name="own-8", product="示例 100 x 70", **MEASURES)
    register_sheet(organisation=world.county, name="county-8", **MEASURES)
    with pytest.raises(SheetUnknown):
        get_sheet(name="county-8", organisation=world.stranger_county)
    assert "county-8" not in sheets_for(world.province)
    assert _print(world, None, 2, sheet="county-8") == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"rows": 5}, SheetImpossible),
        ({"label_width_um": 50_000}, LabelTooSmall),
        ({"page_width_um": 600_000}, SheetImpossible),
    ],
)
def test_a_sheet_that_cannot_be_is_refused(world: World, change: dict[str, int], refusal: type[Exception]) -> None:
    with nothing_written(), pytest.raises(refusal):
        register_sheet(organisation=world.county, name="own-8", **{**MEASURES, **change})


def test_a_name_or_code_that_is_taken_is_refused(world: World, printer: Printer) -> None:
    register_sheet(organisation=world.county, name="own-8", **MEASURES)
    for name in ("own-8", "A4_3X7"):
        with nothing_written(), pytest.raises(SheetTaken):
            register_sheet(organisation=world.county, name=name, **MEASURES)
    with nothing_written(), pytest.raises(PrinterTaken):
        register_printer(organisation=world.county, code="hp-1", name="again")


@pytest.mark.parametrize("values", [(204, 0, 0), (203, 20_001, 0), (203, 0, -20_001)])
def test_a_printer_that_cannot_be_is_refused(world: World, printer: Printer, values: tuple[int, int, int]) -> None:
    dots, x, y = values
    with pytest.raises(PrinterImpossible):
        change_printer(printer=printer, dots_per_inch=dots, offset_x_um=x, offset_y_um=y)
    printer.refresh_from_db()
    assert (printer.dots_per_inch, printer.offset_x_um) == (600, 0)


def test_a_stranger_finds_no_printer(world: World, printer: Printer) -> None:
    assert get_printer(code="hp-1", organisation=world.province) == printer
    with pytest.raises(PrinterMissing):
        get_printer(code="hp-1", organisation=world.stranger_county)


def test_an_offset_moves_the_labels_and_the_calibration_page(world: World, printer: Printer) -> None:
    def left_edge(pdf: bytes) -> float:
        page = pypdfium2.PdfDocument(pdf)[0].render(scale=254 / 72, grayscale=True).to_pil()
        return page.point(lambda value: 255 if value < 128 else 0).getbbox()[0] / 10

    before = left_edge(calibration_file(sheet="A4_3X7", printer="hp-1", organisation=world.county))
    change_printer(printer=printer, dots_per_inch=600, offset_x_um=-2_000, offset_y_um=1_000)
    after = left_edge(calibration_file(sheet="A4_3X7", printer="hp-1", organisation=world.county))
    assert before == pytest.approx(find_sheet("A4_3X7").margin_left_um / 1000, abs=0.15)
    assert before - after == pytest.approx(2, abs=0.15)
    assert setup_of(printer).offset_y_um == 1_000
    batch_start = _print(world, printer, 1)
    batch = printer.label_batches.get()
    assert batch_start == 1
    # The leftmost ink is the code, two millimetres from the label's edge.
    assert left_edge(labels_file(batch)) == pytest.approx(7.25 + 2 - 2, abs=0.3)
