"""Find out how a page lies on a photo: first by the squares that were read, then by the corner marks they point to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image

from labels.returned.blobs import Blob, blobs_of
from labels.returned.places import PagePlaces, Rect
from labels.returned.plane import Pair, Plane, PlaneUnknown, plane_through
from labels.returned.seeing import Seen, patch_of

PX_PER_MM = 3
# How far a mark may lie from where the squares say, at first and when more is known.
SEARCHES_UM = (16_000, 16_000, 5_000)
MARK_MISS_SHARE = 0.4
# A square's corners are seen to a module, a mark's middle to a fraction of a pixel.
MARK_WEIGHT = 6.0


@dataclass(frozen=True)
class Lying:
    """How a page lies on a photo, and how many of its marks were seen."""

    plane: Plane
    marks: int


def lying_of(photo: Image.Image, seen: Sequence[Seen], places: PagePlaces) -> Lying | None:
    """Find how a page lies; None where too little of it is seen. `seen` are by the code that each says."""
    squares = [(one, places.squares[one.text]) for one in seen if one.text in places.squares]
    pairs: list[Pair] = [pair for square, rect in squares for pair in zip(rect.corners(), square.corners, strict=True)]
    found: dict[Rect, Pair] = {}
    try:
        plane = plane_through(pairs)
        for reach_um in SEARCHES_UM:
            found = _marks(photo, plane, places.marks, reach_um, found)
            weights = [1.0] * len(pairs) + [MARK_WEIGHT] * len(found)
            plane = plane_through([*pairs, *found.values()], weights)
    except (PlaneUnknown, ZeroDivisionError):
        return None
    return Lying(plane, len(found))


def _marks(
    photo: Image.Image, plane: Plane, marks: Sequence[Rect], reach_um: int, known: Mapping[Rect, Pair]
) -> dict[Rect, Pair]:
    """Look for each mark around where it should be; one that is found helps to find the next."""
    found = dict(known)
    for mark in marks:
        window = mark.grown(reach_um)
        patch = patch_of(photo, plane, window, PX_PER_MM).convert("L")
        at = _mark_in(patch, (mark.right_um - mark.left_um) * PX_PER_MM / 1000)
        if at is None:
            found.pop(mark, None)
            continue
        step = 1000 / PX_PER_MM
        found[mark] = (mark.centre(), plane.at((window.left_um + at[0] * step, window.top_um + at[1] * step)))
    return found


def _mark_in(patch: Image.Image, side_px: float) -> tuple[float, float] | None:
    """Find the middle of the one black square of a size, or None."""
    darkest, lightest = _spread(patch)
    if lightest - darkest < 40:
        return None
    limit = (darkest + lightest) // 2
    blobs = blobs_of(patch.point(lambda value: 255 if value < limit else 0))
    fitting = [blob for blob in blobs if _is_square(blob, side_px)]
    return fitting[0].middle if len(fitting) == 1 else None


def _spread(patch: Image.Image) -> tuple[int, int]:
    counts = patch.histogram()
    total, darkest, lightest, running = sum(counts), 0, 255, 0
    for value, count in enumerate(counts):
        running += count
        if running <= total * 0.02:
            darkest = value
        if running <= total * 0.75:
            lightest = value
    return darkest, lightest


def _is_square(blob: Blob, side_px: float) -> bool:
    least, most = side_px * (1 - MARK_MISS_SHARE), side_px * (1 + MARK_MISS_SHARE)
    return least <= blob.width <= most and least <= blob.height <= most and blob.area >= 0.7 * blob.width * blob.height
