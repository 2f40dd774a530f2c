"""What stands on a label: parts of HTML, each with a place of its own."""

import html

from labels.contents import contents_part, width_in_signs
from labels.fonts import width_in_ems
from labels.spec import BLANK_PARTS, ParcelLabel
from labels.styles import UM_PER_MM, LabelStyle
from logistics.kernel.codes import grouped

# How wide one line of a programme and of a federation may be on small stock, in their own font sizes.
HEAD_EMS, FEDERATION_EMS = 10.0, 12.5
# What stands behind everything else on a label of a sandbox.
TEST_WORDS = "测试 TEST"


def parts_of(label: ParcelLabel, style: LabelStyle) -> list[str]:
    """Write every part of a label but its code and QR: what labels of one batch mostly share."""
    blank = BLANK_PARTS[label.template]
    weight = f"{label.weight_grams / 1000:.2f}\u00a0kg · " if label.weight_grams and "weight" not in blank else ""
    parts = [_part("test", TEST_WORDS)] if label.is_test else []
    parts += [_township(label.township, style), _part("facts", weight + label.batch)]
    if "contents" not in blank:
        parts.append(contents_part(label.contents, style))
    if style.is_small:
        parts.append(_small_head(label))
        if 0 < width_in_ems(label.thanks) <= style.thanks_ems:
            parts.append(_part("thanks", label.thanks))
    else:
        head = _part("programme", label.programme) + _part("federation", label.federation)
        parts += [f'<div class="head">{head}</div>', _part("thanks", label.thanks)]
    if label.reprint:
        parts.append(_part("mark", f"补打 {label.reprint}"))
    return parts


def code_part(code: str) -> str:
    """Write the code below the QR, for people."""
    return _part("code", grouped(code))


def boxed(content: str, code: str, style: LabelStyle, size_um: tuple[int, int], corner_um: tuple[int, int]) -> str:
    """Put the parts of a label into its box on the page."""
    (width, height), (left, top) = ([length / UM_PER_MM for length in pair] for pair in (size_um, corner_um))
    box = f"left:{left}mm;top:{top}mm;width:{width}mm;height:{height}mm"
    return f'<div class="label {style.name}" style="{box}" data-code="{html.escape(code)}">{content}</div>'


def _part(name: str, text: str) -> str:
    return f'<p class="{name}">{html.escape(text)}</p>'


def _small_head(label: ParcelLabel) -> str:
    """Set the federation below its programme where each of them is one line: there is room for no more."""
    is_short = width_in_ems(label.programme) <= HEAD_EMS and width_in_ems(label.federation) <= FEDERATION_EMS
    federation = f"<br><small>{html.escape(label.federation)}</small>" if is_short else ""
    return f'<p class="programme">{html.escape(label.programme)}{federation}</p>'


def _township(text: str, style: LabelStyle) -> str:
    """Set a long name smaller, so that it may take two or three lines."""
    return _part("township" if width_in_signs(text) <= style.township_signs else "township long", text)
