"""Whether every part of a label stays in its place: nothing is cut off and nothing overlaps."""

from typing import Any

from weasyprint.formatting_structure.boxes import BlockBox, TextBox

from labels.drawing import PX_PER_MM
from labels.spec import LabelDoesNotFit
from labels.styles import LabelStyle

SLACK_MM = 0.2


def require_fit(page: Any, style: LabelStyle) -> None:
    """Refuse a page on which a part is higher than its room or a line wider than its block, with LabelDoesNotFit."""
    code = part = ""
    for box in page._page_box.descendants(placeholders=True):
        if not isinstance(box, BlockBox) or box.element is None:
            continue
        if box.element.get("data-code") is not None:
            code, part = box.element.get("data-code"), ""
        name = (box.element.get("class") or "").partition(" ")[0]
        most = style.heights_mm.get(name)
        part = name if most else part
        if (most and box.height > (most + SLACK_MM) * PX_PER_MM) or (part and _has_wide_line(box)):
            raise LabelDoesNotFit(parcel=code, part=part)


def _has_wide_line(block: BlockBox) -> bool:
    """Tell whether a word that may not be split stands out of its block."""
    texts = [box for box in block.descendants(placeholders=True) if isinstance(box, TextBox)]
    edge = block.position_x + block.width + SLACK_MM * PX_PER_MM
    return any(text.position_x + text.width > edge for text in texts)
