"""How codes are set: read off WeasyPrint's own drawing of one, and the font that it embedded."""

from dataclasses import dataclass
from typing import Any

from weasyprint.formatting_structure.boxes import BlockBox, TextBox

from logistics.kernel.codes import ALPHABET

PT_PER_PX = 72 / 96
SIGNS = ALPHABET + "-"


@dataclass(frozen=True)
class CodeType:
    """How codes are set: the font's name in the PDF, glyphs and widths of the signs, where the line stands."""

    font: str
    size_pt: float
    glyphs: dict[int, str]
    widths_pt: dict[str, float]
    left_pt: float
    middle_pt: float | None
    baseline_pt: float

    @classmethod
    def of(cls, document: Any) -> "CodeType":
        """Read them off the first page and the fonts that WeasyPrint embedded with it."""
        blocks = document.pages[0]._page_box.descendants(placeholders=True)
        block = next(box for box in blocks if isinstance(box, BlockBox) and box.element.get("class") == "code")
        line = next(box for box in block.descendants(placeholders=True) if isinstance(box, TextBox))
        font = next(font for font in document.fonts.values() if set(SIGNS) <= set(font.to_unicode.values()))
        glyphs = {text: glyph for glyph, text in font.to_unicode.items() if text in SIGNS}
        size = line.style["font_size"] * PT_PER_PX
        is_centred = block.style["text_align_all"] == "center"
        return cls(
            font=font.hash,
            size_pt=size,
            glyphs={ord(sign): f"{glyphs[sign]:04x}" for sign in SIGNS},
            widths_pt={sign: font.widths[glyphs[sign]] * size / 1000 for sign in SIGNS},
            left_pt=line.position_x * PT_PER_PX,
            middle_pt=(block.position_x + block.width / 2) * PT_PER_PX if is_centred else None,
            baseline_pt=(line.position_y + line.baseline) * PT_PER_PX,
        )

    def left_of(self, text: str) -> float:
        """Say where a line begins, from the left of its label."""
        if self.middle_pt is None:
            return self.left_pt
        return self.middle_pt - sum(map(self.widths_pt.__getitem__, text)) / 2
