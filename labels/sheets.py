"""Label papers and printers by their measures, as data."""

from collections.abc import Mapping
from dataclasses import dataclass

from labels.styles import RIM_UM, LabelStyle, style_for
from logistics.kernel.refusals import Unacceptable

# What a sheet of paper can be, and how far a printer may miss it: more is a typing mistake.
PAGE_SIDE_UM_MAX = 500_000
LABELS_PER_SHEET_MAX = 100
OFFSET_UM_MAX = 20_000
# Label printers have 203 or 300 dots an inch, office printers 600.
DOTS_PER_INCH = (203, 300, 600)


class SheetUnknown(Unacceptable):
    code = "sheet_unknown"
    zh = "没有标签纸 {sheet}。可选：{known}。"
    en = "There is no sheet {sheet}. Known: {known}."


class PositionOutsideSheet(Unacceptable):
    code = "position_outside_sheet"
    zh = "起始位置须在 1 到 {most} 之间。"
    en = "The start position is between 1 and {most}."


class SheetImpossible(Unacceptable):
    code = "sheet_impossible"
    zh = "标签纸的尺寸不成立：标签超出纸面，或行列、边距不合理。"
    en = "These measures make no sheet: the labels leave the page, or a number is out of bounds."


@dataclass(frozen=True)
class LabelSheet:
    """A label paper by its geometry, in micrometres. `product` is what stands on the box."""

    name: str
    page_width_um: int
    page_height_um: int
    rows: int
    columns: int
    margin_left_um: int
    margin_top_um: int
    gutter_x_um: int
    gutter_y_um: int
    label_width_um: int
    label_height_um: int
    product: str = ""

    @property
    def positions(self) -> int:
        """Count the labels on one sheet."""
        return self.rows * self.columns

    @property
    def style(self) -> LabelStyle:
        """Choose how its labels are set. Refuses LabelTooSmall."""
        return style_for(self.label_width_um, self.label_height_um, is_at_the_edge=self._reaches_the_rim)

    @property
    def _reaches_the_rim(self) -> bool:
        """Tell whether labels lie where a printer of whole sheets cannot print; rolls are printed to their edge."""
        width = self.columns * (self.label_width_um + self.gutter_x_um) - self.gutter_x_um
        height = self.rows * (self.label_height_um + self.gutter_y_um) - self.gutter_y_um
        right = self.page_width_um - self.margin_left_um - width
        bottom = self.page_height_um - self.margin_top_um - height
        return self.positions > 1 and min(self.margin_left_um, self.margin_top_um, right, bottom) < RIM_UM

    def corner(self, place: int) -> tuple[int, int]:
        """Return where the label at this place, counted from 0, begins: micrometres from the left and the top."""
        row, column = divmod(place, self.columns)
        return (
            self.margin_left_um + column * (self.label_width_um + self.gutter_x_um),
            self.margin_top_um + row * (self.label_height_um + self.gutter_y_um),
        )


@dataclass(frozen=True)
class PrinterSetup:
    """What is particular about one printer: its dots, and how far it prints from where it should (micrometres)."""

    dots_per_inch: int = 203
    offset_x_um: int = 0
    offset_y_um: int = 0


_SHEETS = (
    LabelSheet("THERMAL_100X150", 100_000, 150_000, 1, 1, 0, 0, 0, 0, 100_000, 150_000, "100 x 150 mm"),
    LabelSheet("THERMAL_100X100", 100_000, 100_000, 1, 1, 0, 0, 0, 0, 100_000, 100_000, "100 x 100 mm"),
    LabelSheet("THERMAL_60X40", 60_000, 40_000, 1, 1, 0, 0, 0, 0, 60_000, 40_000, "60 x 40 mm"),
    LabelSheet("A4_3X7", 210_000, 297_000, 7, 3, 7_250, 15_150, 2_500, 0, 63_500, 38_100, "A4, 21 x 63.5 x 38.1 mm"),
    LabelSheet("A4_3X8", 210_000, 297_000, 8, 3, 0, 500, 0, 0, 70_000, 37_000, "A4, 24 x 70 x 37 mm"),
)
SHEETS: Mapping[str, LabelSheet] = {sheet.name: sheet for sheet in _SHEETS}


def find_sheet(name: str) -> LabelSheet:
    """Return a sheet that everybody can buy by its name. Refuses SheetUnknown."""
    if name not in SHEETS:
        raise SheetUnknown(sheet=name[:40], known=sorted(SHEETS), pointer="/sheet")
    return SHEETS[name]


def require_position(sheet: LabelSheet, position: int) -> None:
    """Refuse PositionOutsideSheet for a start position that the sheet does not have."""
    if not 1 <= position <= sheet.positions:
        raise PositionOutsideSheet(most=sheet.positions, pointer="/start_position")


def next_position(sheet: LabelSheet, start_position: int, labels: int) -> int:
    """Return where the next label goes: after the last one, or 1 where the sheet is full."""
    return (start_position - 1 + labels) % sheet.positions + 1


def require_possible(sheet: LabelSheet) -> None:
    """Refuse SheetImpossible or LabelTooSmall for measures that no sheet has."""
    lengths = (sheet.margin_left_um, sheet.margin_top_um, sheet.gutter_x_um, sheet.gutter_y_um)
    is_bounded = (
        0 < sheet.page_width_um <= PAGE_SIDE_UM_MAX
        and 0 < sheet.page_height_um <= PAGE_SIDE_UM_MAX
        and sheet.rows >= 1
        and sheet.columns >= 1
        and sheet.positions <= LABELS_PER_SHEET_MAX
        and all(0 <= length <= PAGE_SIDE_UM_MAX for length in lengths)
    )
    if not is_bounded:
        raise SheetImpossible
    _ = sheet.style
    left, top = sheet.corner(sheet.positions - 1)
    if left + sheet.label_width_um > sheet.page_width_um or top + sheet.label_height_um > sheet.page_height_um:
        raise SheetImpossible
