"""What lies just outside a box: writing that stops at the border is at home, a neighbour's comes from outside."""

from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

from labels.returned.blobs import Blob
from labels.returned.ink import area_share, strokes_in

# How far out is looked, measured from the inside's edge: past the border's line and what the camera smears of it.
OUTER_MM, LINE_MM = 4.0, 1.8
# A stroke that comes over the border marks more than this share of the strip beside it; noise marks less.
COMES_SHARE = 0.02


@dataclass(frozen=True)
class Outside:
    """Ink beside each edge of a box, in strips as long as the edge."""

    strips: Mapping[str, Image.Image]

    def reaches_in(self, blob: Blob, edge: str) -> bool:
        """Tell whether there is ink outside an edge where a blob inside touches it."""
        strip = self.strips[edge]
        if edge in {"top", "bottom"}:
            return area_share(strip.crop((blob.left, 0, blob.right, strip.height))) > COMES_SHARE
        return area_share(strip.crop((0, blob.top, strip.width, blob.bottom))) > COMES_SHARE


def parted(wide: Image.Image, px_per_mm: float, least: int) -> tuple[Image.Image, Outside]:
    """Part a patch that reaches OUTER_MM beyond a box's inside into the inside and the ink beside each edge."""
    outer, line = round(OUTER_MM * px_per_mm), round(LINE_MM * px_per_mm)
    right, bottom = wide.width - outer, wide.height - outer
    areas = {
        "top": (outer, 0, right, outer - line),
        "bottom": (outer, bottom + line, right, wide.height),
        "left": (0, outer, outer - line, bottom),
        "right": (right + line, outer, wide.width, bottom),
    }
    strips = {edge: strokes_in(wide.crop(area), px_per_mm, least)[0] for edge, area in areas.items()}
    return wide.crop((outer, outer, right, bottom)), Outside(strips)
