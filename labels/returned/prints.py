"""Colour on paper: fingerprints and name chops in paste, and the office's seal, which is nobody's signature."""

from PIL import Image, ImageFilter

from labels.returned.blobs import Blob, across, blobs_of, fills, touched
from labels.returned.edges import OUTER_MM, Outside
from labels.returned.ink import FULL, area_share, reds_in

# A fingerprint: coloured, so large, and about as high as wide.
PRINT_MM2_MIN = 45.0
PRINT_SIDE_MM_MIN = 6.0
# Paste is red or blue for good; a paler patch may be tea.
PASTE_LEAST, PALE_LEAST = 105, 70
# Paste at an edge, of which nobody knows whose it is.
PASTE_MM2_MIN = 20.0
# Seals of offices are red. One that was stamped over several rows comes from outside and covers so much of the box.
SEAL_LEAST, SEAL_MM2_MIN = 80, 15.0


def has_print(colours: Image.Image, px_per_mm: float, outside: Outside | None) -> bool:
    """Tell whether there is a fingerprint or a chop: off the edges, ending at them, or filling the box over one."""
    return any(
        _is_print(blob, px_per_mm) and _is_home(blob, colours.size, px_per_mm, outside)
        for blob in _patches(colours, PASTE_LEAST)
    )


def has_pale_print(colours: Image.Image, px_per_mm: float) -> bool:
    """Tell whether there is something like a print that may be tea."""
    return any(
        _is_print(blob, px_per_mm) and _is_home(blob, colours.size, px_per_mm, None)
        for blob in _patches(colours, PALE_LEAST)
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
    """Tell whether red ink comes in over the border from as far outside as a patch shows."""
    reds = reds_in(wide, px_per_mm)
    outer = round(OUTER_MM * px_per_mm)
    mask = reds.point(lambda value: FULL if value >= SEAL_LEAST else 0)
    inside = (outer, outer, wide.width - outer, wide.height - outer)
    if area_share(mask.crop(inside)) * (inside[2] - inside[0]) * (inside[3] - inside[1]) < SEAL_MM2_MIN * px_per_mm**2:
        return False
    for blob in blobs_of(mask):
        held = (max(blob.left, outer), max(blob.top, outer), min(blob.right, inside[2]), min(blob.bottom, inside[3]))
        if touched(blob, wide.size) and held[0] < held[2] and held[1] < held[3]:
            part = mask.crop(held)
            if area_share(part) * part.width * part.height >= SEAL_MM2_MIN * px_per_mm**2:
                return True
    return False


def _patches(colours: Image.Image, least: int) -> list[Blob]:
    mask = colours.point(lambda value: FULL if value >= least else 0)
    return blobs_of(mask.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.MinFilter(5)))


def _is_print(blob: Blob, px_per_mm: float) -> bool:
    is_large = blob.area >= PRINT_MM2_MIN * px_per_mm**2
    return is_large and min(blob.width, blob.height) >= PRINT_SIDE_MM_MIN * px_per_mm


def _is_home(blob: Blob, size: tuple[int, int], px_per_mm: float, outside: Outside | None) -> bool:
    edges = touched(blob, size)
    if not edges or fills(blob, size, px_per_mm):
        return True
    return outside is not None and not any(outside.colour_reaches_in(blob, edge) for edge in edges)
