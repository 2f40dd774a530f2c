"""What stands on a label: parts of HTML, each with a place of its own."""

import html
from collections.abc import Sequence
from math import ceil

from labels.spec import ParcelLabel
from labels.styles import UM_PER_MM, LabelStyle
from logistics.kernel.codes import grouped

# A sign from here on is as wide as it is high; those before it are about this part of it.
WIDE_SIGNS_FROM = 0x2E80
NARROW_WIDTH = 0.6
SEPARATOR = "、"


def parts_of(label: ParcelLabel, style: LabelStyle) -> list[str]:
    """Write every part of a label but its code and QR: what labels of one batch mostly share."""
    shown = _shown(label.contents, style)
    weight = f"{label.weight_grams / 1000:.2f}\u00a0kg · " if label.weight_grams else ""
    parts = [
        _township(label.township, style),
        _row(shown, style) if style.name == "small" else _list(shown),
        _part("facts", weight + label.batch),
    ]
    if style.name == "small":
        parts.append(_part("programme", label.programme))
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


def _part(name: str, text: str, more: str = "") -> str:
    return f'<p class="{name}"{more}>{html.escape(text)}</p>'


def _list(lines: list[str]) -> str:
    # WeasyPrint knows no columns in a box that is positioned itself.
    items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    return f'<div class="contents"><ul>{items}</ul></div>'


def _row(items: list[str], style: LabelStyle) -> str:
    """Set the contents one after the other; a line ends between two of them wherever one fits in a line."""
    spans = [
        f'<span class="whole">{html.escape(item)}</span>' if _signs(item) < style.content_signs else html.escape(item)
        for item in items
    ]
    # "gloves, vests and so on, 5 kinds": no comma before the last.
    joined = SEPARATOR.join(spans).replace(f'{SEPARATOR}<span class="whole">等 ', ' <span class="whole">等 ')
    return f'<p class="contents">{joined}</p>'


def _shown(contents: Sequence[str], style: LabelStyle) -> list[str]:
    """List what there is room for, and how many kinds there are where that is not all."""
    more = f"等 {len(contents)} 种"
    for count in range(len(contents), 0, -1):
        shown = [*contents[:count], *([more] if count < len(contents) else [])]
        if _count_of_lines(shown, style) <= style.content_lines:
            return shown
    return list(contents[:1])


def _count_of_lines(items: list[str], style: LabelStyle) -> int:
    """Estimate how many lines the items take: in a row, the next one goes on in the same line where it fits."""
    lines, used = 0, 0.0
    for item in items:
        signs = _signs(item) + 1
        if style.name == "small" and lines and used + signs <= style.content_signs:
            used += signs
        else:
            needed = max(1, ceil(_signs(item) / style.content_signs))
            lines, used = lines + needed, signs - (needed - 1) * style.content_signs
    return lines


def _signs(text: str) -> float:
    """Estimate how wide a text is, in wide signs."""
    return sum(1.0 if ord(sign) >= WIDE_SIGNS_FROM else NARROW_WIDTH for sign in text)


def _township(text: str, style: LabelStyle) -> str:
    """Set a long name smaller, so that it may take two or three lines."""
    return _part("township" if _signs(text) <= style.township_signs else "township long", text)
