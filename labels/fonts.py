"""The one font that labels are set in, and what it can draw. Never boxes instead of characters."""

import functools
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path

from labels.spec import GlyphMissing, ParcelLabel, TextUnprintable

# Control, direction, private and unassigned characters: what they do to a line nobody can foresee.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})


def font_path() -> Path:
    """Return the font file that the pinned package ships."""
    return Path(sans_path())


def width_in_ems(text: str) -> float:
    """Measure a line of text in font sizes, as the font sets it; kerning only makes it shorter."""
    glyphs, widths, em = _metrics()
    return sum(widths[glyphs[ord(sign)]][0] for sign in text if ord(sign) in glyphs) / em


@functools.cache
def _metrics() -> tuple[Mapping[int, str], Mapping[str, tuple[int, int]], int]:
    with TTFont(font_path(), lazy=True) as font:
        return font.getBestCmap(), dict(font["hmtx"].metrics), font["head"].unitsPerEm


@functools.cache
def drawable() -> frozenset[int]:
    """Return the code points that the font has."""
    with TTFont(font_path(), lazy=True) as font:
        cmap: Mapping[int, str] = font.getBestCmap()
        return frozenset(cmap)


def require_drawable(label: ParcelLabel) -> None:
    """Refuse GlyphMissing or TextUnprintable for a label that the font cannot draw as it is written."""
    texts = (label.programme, label.township, *label.contents, label.batch, label.thanks, label.federation)
    for sign in "".join(texts):
        name = f"U+{ord(sign):04X}"
        if unicodedata.category(sign) in _UNPRINTABLE or unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT:
            raise TextUnprintable(parcel=label.code, sign=name)
        if ord(sign) not in drawable():
            raise GlyphMissing(parcel=label.code, sign=f"{sign} ({name})")
