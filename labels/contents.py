"""What is in a parcel, as far as a label has room: the rest is counted."""

import html
from collections.abc import Sequence
from math import ceil

from labels.styles import LabelStyle

# A sign from here on is as wide as it is high; those before it are about this part of it.
WIDE_SIGNS_FROM = 0x2E80
NARROW_WIDTH = 0.6
SEPARATOR = "、"


def contents_part(contents: Sequence[str], style: LabelStyle) -> str:
    """Write the part of a label that lists the contents."""
    shown = _shown(contents, style)
    return _row(shown, style) if style.is_small else _list(shown)


def width_in_signs(text: str) -> float:
    """Estimate how wide a text is, in wide signs."""
    return sum(1.0 if ord(sign) >= WIDE_SIGNS_FROM else NARROW_WIDTH for sign in text)


def _list(lines: list[str]) -> str:
    # WeasyPrint knows no columns in a box that is positioned itself.
    items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    return f'<div class="contents"><ul>{items}</ul></div>'


def _row(items: list[str], style: LabelStyle) -> str:
    """Set the contents one after the other; a line ends between two of them wherever one fits in a line."""
    spans = [
        f'<span class="whole">{html.escape(item)}</span>'
        if width_in_signs(item) < style.content_signs
        else html.escape(item)
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
        signs = width_in_signs(item) + 1
        if style.is_small and lines and used + signs <= style.content_signs:
            used += signs
        else:
            needed = max(1, ceil(width_in_signs(item) / style.content_signs))
            lines, used = lines + needed, signs - (needed - 1) * style.content_signs
    return lines
