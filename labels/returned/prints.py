"""Colour on paper: fingerprints and name chops in paste, and the office's seal, which is nobody's signature."""

from PIL import Image, ImageFilter

from labels.returned.blobs import Blob, across, blobs_of, fills, touched
from labels.returned.edges import LINE_MM, OUTER_MM
from labels.returned.ink import FULL, area_share, reds_in

# A fingerprint: coloured, so large, and about as high as wide.
PRINT_MM2_MIN = 45.0
PRINT_SIDE_MM_MIN = 6.0
# Paste is red or blue for good; a paler patch may be tea.
PASTE_LEAST, PALE_LEAST = 105, 70
# Paste at an edge, of which nobody knows whose it is.
PASTE_MM2_MIN = 20.0
# A thumb fills its bounds, as a ring and signs do not.
SOLID_SHARE = 0.6
# Seals of offices are red. One that was stamped over several rows comes from outside and is so much red in the box, or
# reaches so far in it: of a worn ring only pieces are red enough.
SEAL_LEAST, SEAL_MM2_MIN, SEAL_MM_MIN = 80, 15.0, 10.0


def has_print(colours: Image.Image, px_per_mm: float) -> bool:
    """Tell whether there is a fingerprint or a chop: off the edges, or filling the box over one."""
    return any(
        _is_print(blob, px_per_mm) and _is_home(blob, colours.size, px_per_mm)
        for blob in _patches(colours, PASTE_LEAST)
    )


def has_pale_print(colours: Image.Image, px_per_mm: float) -> bool:
    """Tell whether there is something like a print that may be tea."""
    return any(
        _is_print(blob, px_per_mm) and _is_home(blob, colours.size, px_per_mm) for blob in _patches(colours, PALE_LEAST)
    )


def has_paste(colours: Image.Image, px_per_mm: float) -> bool:
    """Tell whether there is paste at all, also at an edge."""
    least = PASTE_MM2_MIN * px_per_mm**2
    side = PRINT_SIDE_MM_MIN * px_per_mm / 2
    return any(
        blob.area >= least and min(blob.width, blob.height) >= side and across(blob) <= 4 * min(blob.width, blob.height)
        for blob in _patches(colours, PASTE_LEAST)
    )


def is_sealed_over(wide: Image.Image, px_per_mm: float) -> bool:
    """Tell whether red ink comes in over the border: on the black line itself nobody sees that it is one piece."""
    reds = reds_in(wide, px_per_mm).point(lambda value: FULL if value >= SEAL_LEAST else 0)
    outer, line = round(OUTER_MM * px_per_mm), round(LINE_MM * px_per_mm)
    right, bottom = wide.width - outer, wide.height - outer
    inside = reds.crop((outer, outer, right, bottom)).filter(ImageFilter.MaxFilter(3))
    red, coming, longest = 0, False, 0.0
    for blob in blobs_of(inside):
        if _is_print(blob, px_per_mm) and blob.area >= SOLID_SHARE * blob.width * blob.height:
            # A thumb near the border; the next row's may be as near to it.
            continue
        # A ring bends: beyond the border it lies a little beside where it leaves the box.
        level, upright = (blob.left, blob.right + 2 * outer), (blob.top, blob.bottom + 2 * outer)
        beside = {
            "top": (level[0], 0, level[1], outer - line),
            "bottom": (level[0], bottom + line, level[1], wide.height),
            "left": (0, upright[0], outer - line, upright[1]),
            "right": (right + line, upright[0], wide.width, upright[1]),
        }
        red += blob.area
        if any(_marked(reds.crop(beside[edge])) >= px_per_mm**2 for edge in touched(blob, inside.size)):
            coming, longest = True, max(longest, across(blob))
    return coming and (red >= SEAL_MM2_MIN * px_per_mm**2 or longest >= SEAL_MM_MIN * px_per_mm)


def _marked(mask: Image.Image) -> float:
    """Return how many pixels are marked."""
    return area_share(mask) * mask.width * mask.height


def _patches(colours: Image.Image, least: int) -> list[Blob]:
    mask = colours.point(lambda value: FULL if value >= least else 0)
    return blobs_of(mask.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.MinFilter(5)))


def _is_print(blob: Blob, px_per_mm: float) -> bool:
    is_large = blob.area >= PRINT_MM2_MIN * px_per_mm**2
    return is_large and min(blob.width, blob.height) >= PRINT_SIDE_MM_MIN * px_per_mm


def _is_home(blob: Blob, size: tuple[int, int], px_per_mm: float) -> bool:
    return not touched(blob, size) or fills(blob, size, px_per_mm)
