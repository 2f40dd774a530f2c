"""How a label is set on paper of one size: where its QR stands, how high each part may grow. The rest is CSS."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from labels.qr import QUIET_MODULES
from logistics.kernel.refusals import Unacceptable

UM_PER_INCH = 25_400
UM_PER_MM = 1_000


class LabelTooSmall(Unacceptable):
    code = "label_too_small"
    zh = "标签至少要 {width} x {height} 毫米。"
    en = "A label is at least {width} x {height} mm."


@dataclass(frozen=True)
class LabelStyle:
    """One way to set a label, for labels of at least this size. Lengths are micrometres from the label's corner.

    `module_um` is about how large one QR module is; the printer's dots decide. `heights_mm` says how high each part
    may grow before it would meet the next one. A township of more than `township_signs` wide signs is set smaller;
    contents are listed in `content_lines` lines of `content_signs`, and the rest is only counted.
    """

    name: str
    width_least_um: int
    height_least_um: int
    module_um: int
    qr_left_um: int
    qr_top_um: int
    qr_room_um: int
    content_lines: int
    content_signs: int
    township_signs: int
    # On small stock the line of thanks stands at the foot, where there is one, and may be so wide.
    thanks_ems: float
    heights_mm: Mapping[str, float]

    @property
    def is_small(self) -> bool:
        """Tell whether contents and names are set for small stock."""
        return self.name.startswith("small")


_SMALL = LabelStyle(
    name="small",
    width_least_um=60_000,
    height_least_um=40_000,
    module_um=750,
    qr_left_um=0,
    qr_top_um=0,
    qr_room_um=28_200,
    content_lines=3,
    content_signs=12,
    township_signs=6,
    thanks_ems=24.5,
    heights_mm={"programme": 7, "township": 11, "contents": 8.4, "code": 4.4, "facts": 3.2, "mark": 3.2, "thanks": 2.9},
)
STYLES = (
    LabelStyle(
        name="tall",
        width_least_um=100_000,
        height_least_um=150_000,
        module_um=1_500,
        qr_left_um=21_750,
        qr_top_um=78_000,
        qr_room_um=56_500,
        content_lines=12,
        content_signs=11,
        township_signs=8,
        thanks_ems=0,
        heights_mm={"head": 19, "township": 17, "contents": 30, "facts": 4.5, "code": 7, "thanks": 5, "mark": 4.5},
    ),
    LabelStyle(
        name="square",
        width_least_um=100_000,
        height_least_um=100_000,
        module_um=1_250,
        qr_left_um=51_500,
        qr_top_um=39_500,
        qr_room_um=47_500,
        content_lines=8,
        content_signs=12,
        township_signs=8,
        thanks_ems=0,
        heights_mm={
            "head": 16.5,
            "township": 16.5,
            "contents": 36.5,
            "facts": 8,
            "code": 6.3,
            "thanks": 4.5,
            "mark": 4.5,
        },
    ),
    _SMALL,
    replace(_SMALL, height_least_um=37_000, thanks_ems=0),
)
# Where labels reach the paper's edge, nothing may stand in the rim that office printers leave white.
RIM_UM = 4_300
WITHIN_THE_RIM = replace(
    _SMALL,
    name="small inset",
    width_least_um=66_000,
    height_least_um=37_000,
    module_um=600,
    qr_left_um=2_000,
    qr_top_um=2_000,
    qr_room_um=23_800,
    content_lines=2,
    content_signs=16,
    thanks_ems=0,
    heights_mm={"programme": 6.9, "township": 9.6, "contents": 5.5, "code": 3.8, "facts": 2.8, "mark": 2.8},
)


def style_for(width_um: int, height_um: int, *, is_at_the_edge: bool = False) -> LabelStyle:
    """Choose the largest style that a label of this size has room for. Refuses LabelTooSmall."""
    for style in STYLES:
        if width_um >= style.width_least_um and height_um >= style.height_least_um:
            is_inset = is_at_the_edge and style.is_small and width_um >= WITHIN_THE_RIM.width_least_um
            return WITHIN_THE_RIM if is_inset else style
    least = STYLES[-1]
    raise LabelTooSmall(width=least.width_least_um // UM_PER_MM, height=least.height_least_um // UM_PER_MM)


def dots_per_module(style: LabelStyle, modules: int, dots_per_inch: int) -> int:
    """Count the printer dots of one module: whole, near the style's size, quiet zone and all within the room."""
    dot_um = UM_PER_INCH / dots_per_inch
    most = int(style.qr_room_um / ((modules + 2 * QUIET_MODULES) * dot_um))
    return max(1, min(round(style.module_um / dot_um), most))
