"""What a label says and on which sheet: plain values. There is no field for a person, so none can be printed."""

from dataclasses import dataclass

from logistics.kernel.refusals import Unacceptable

LABELS_PER_BATCH_MAX = 4_000
CONTENT_LINES_MAX = 14


class SheetUnknown(Unacceptable):
    code = "sheet_unknown"
    zh = "没有标签纸 {sheet}。可选：{known}。"
    en = "There is no sheet {sheet}. Known: {known}."


class PositionOutsideSheet(Unacceptable):
    code = "position_outside_sheet"
    zh = "起始位置须在 1 到 {most} 之间。"
    en = "The start position is between 1 and {most}."


class LabelDoesNotFit(Unacceptable):
    code = "label_does_not_fit"
    zh = "包裹 {parcel} 的标签放不下：{part}。请缩短内容或换更大的标签纸。"
    en = "The label of parcel {parcel} does not fit: {part}. Shorten it, or take a larger sheet."


class GlyphMissing(Unacceptable):
    code = "glyph_missing"
    zh = "包裹 {parcel} 的标签里有字体没有的字符 {sign}。"
    en = "The label of parcel {parcel} holds {sign}, which the font does not have."


class TextUnprintable(Unacceptable):
    code = "text_unprintable"
    zh = "包裹 {parcel} 的标签里有不能打印的字符 {sign}。"
    en = "The label of parcel {parcel} holds {sign}, which cannot be printed."


@dataclass(frozen=True)
class ParcelLabel:
    """What the label of one parcel says. `code` has twenty characters; `uri` is what the QR holds."""

    code: str
    uri: str
    programme: str
    township: str
    contents: tuple[str, ...]
    weight_grams: int | None
    batch: str
    thanks: str
    federation: str
    reprint: int = 0


@dataclass(frozen=True)
class LabelSheet:
    """A label paper by its geometry, in micrometres. `module_um` is the side of one QR module."""

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
    module_um: int
    content_lines: int

    @property
    def positions(self) -> int:
        """Count the labels on one sheet."""
        return self.rows * self.columns


# 203 dpi: one dot is 125 micrometres, and a module is a whole number of dots.
SHEETS = {
    sheet.name: sheet
    for sheet in (
        LabelSheet("THERMAL_100X150", 100_000, 150_000, 1, 1, 0, 0, 0, 0, 100_000, 150_000, 1_500, 14),
        LabelSheet("A4_3X7", 210_000, 297_000, 7, 3, 7_250, 15_150, 2_500, 0, 63_500, 38_100, 750, 3),
    )
}


def find_sheet(name: str) -> LabelSheet:
    """Return a sheet by its name. Refuses SheetUnknown."""
    if name not in SHEETS:
        raise SheetUnknown(sheet=name[:40], known=sorted(SHEETS), pointer="/sheet")
    return SHEETS[name]


def require_position(sheet: LabelSheet, position: int) -> None:
    """Refuse PositionOutsideSheet for a start position that the sheet does not have."""
    if not 1 <= position <= sheet.positions:
        raise PositionOutsideSheet(most=sheet.positions, pointer="/start_position")
