"""Is there a signature or a fingerprint in a box? Marked, empty, or for a person to say: never marked on a guess."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, ImageChops, ImageFilter

from labels.returned.blobs import Blob, across, blobs_of, fills, touched
from labels.returned.edges import Outside, parted
from labels.returned.ink import FULL, area_share, colours_in, core_of, limit_of, shade_of, strokes_in
from labels.returned.prints import has_pale_print, has_paste, has_print, is_sealed_over

# Ink is darker than this share of how dark the printed border came out on the same photo.
INK_OF_BORDER = 0.36
# A pen that touched the paper: no more than this across.
DOT_MM = 2.0
DOTS_MAX = 4
# What a neighbour's signature, or a stroke beside the box, reaches into it.
TAIL_MM = 2.5
# More of these than this, all together, may be what a signature over the edge leaves inside.
TAILS_MM_MAX = 10.0
# Writing that stops at an edge is at home here if it reaches so far in.
STOPS_MM = 3.0
# How much darker than the least ink the core of a pen's line is: a hair, or noise, has no core. What is told by the
# edge is to be darker still.
PEN_CORE_MIN, STOPS_CORE_MIN = 1.3, 1.67
# Thin lines may be long: a signature has ink.
INK_MM2_MIN = 9.5
# All strokes together, from end to end, and how far they reach: less may be a slip of the pen.
STROKES_MM_MIN = 16.0
REACH_MM_MIN = 5.0
# One of them at least is longer than the specks into which noise breaks a smudge.
LONGEST_MM_MIN = 4.0
# A tick, however boldly it is drawn: a single stroke that reaches no further, and goes there and back but once.
TICK_MM_MAX, TICK_TIMES_MAX = 12.0, 1.95
# One straight line of this length, and not much more when one looks closer, is a slip of the pen.
SLIP_MM, SLIP_SEEN_CLOSER_MM = 9.5, 13.0
# Writing that fills the box over an edge goes to and fro: its line is so many times as long as it reaches. A stroke
# that comes in from a neighbour's row is not, though it met a slip of the pen.
WRITING_TIMES = 1.8
# Writing is at least bent: a plain stroke is a dash, or at an edge may be the upper end of the next row's signature.
BENT_TIMES = 1.4
# What runs through the box and is no wider than this is a line.
LINE_MM_MAX = 6.0
# A pen that strikes out a row draws so wide a line; what writes on its way is more ink than that.
STRUCK_MM_MAX = 1.8
# A wide dark patch that is neither stroke nor colour: a shadow, dirt, a black fingerprint.
DARK_BELOW = 150
DARK_MM2_MIN = 30.0
# More ink than anybody writes: something lies on the paper.
COVERED_SHARE = 0.6


class Verdict(StrEnum):
    """What a box says."""

    MARKED = "MARKED"
    EMPTY = "EMPTY"
    DOUBTFUL = "DOUBTFUL"
    NOT_FOUND = "NOT_FOUND"


class Reason(StrEnum):
    """Why a box is for a person."""

    NONE = ""
    NOT_SEEN = "NOT_SEEN"
    LITTLE = "LITTLE"
    CROSSING = "CROSSING"
    PALE = "PALE"
    DOTS = "DOTS"
    DARK = "DARK"
    COVERED = "COVERED"
    DIFFERS = "DIFFERS"


@dataclass(frozen=True)
class Finding:
    """A verdict, why, and how much of the box is ink in thousandths."""

    verdict: Verdict
    reason: Reason = Reason.NONE
    ink_permille: int = 0


def finding_within(wide: Image.Image, px_per_mm: float, border_darkness: float) -> Finding:
    """Judge a box by a patch that reaches `edges.OUTER_MM` beyond its inside on every side."""
    inside, outside = parted(wide, px_per_mm, _least(border_darkness))
    finding = finding_in(inside, px_per_mm, border_darkness, outside)
    if finding.verdict == Verdict.MARKED and is_sealed_over(wide, px_per_mm):
        # The seal's own signs look like writing: who else signed is for a person to say.
        return Finding(Verdict.DOUBTFUL, Reason.CROSSING, finding.ink_permille)
    return finding


def finding_in(
    inside: Image.Image, px_per_mm: float, border_darkness: float, outside: Outside | None = None
) -> Finding:
    """Judge the inside of a box, without its border; what is not known to stop at an edge may come from outside."""
    ink, faint, share = strokes_in(inside, px_per_mm, _least(border_darkness))
    colours = colours_in(inside, px_per_mm)
    permille = round(area_share(ink) * 1000)
    if area_share(ink) > COVERED_SHARE:
        return Finding(Verdict.DOUBTFUL, Reason.COVERED, permille)
    core = core_of(share, ink) * FULL / limit_of(share, _least(border_darkness))
    core = core if area_share(ink) * _mm2(ink, px_per_mm) >= INK_MM2_MIN else 0.0
    verdict, reason = _judged(_Box(inside, ink, faint, colours, px_per_mm, outside, core))
    return Finding(verdict, reason, permille)


def _least(border_darkness: float) -> int:
    return round(FULL * INK_OF_BORDER * border_darkness)


def _lines_through(faint: Image.Image, px_per_mm: float) -> list[Blob]:
    """List the lines that run through the box from one edge to another: a struck-out row, the ring of a cup, a fold."""
    blobs = blobs_of(faint.filter(ImageFilter.MaxFilter(3)))
    narrow = [blob for blob in blobs if min(blob.width, blob.height) <= LINE_MM_MAX * px_per_mm]
    return [blob for blob in narrow if len(touched(blob, faint.size)) > 1]


@dataclass(frozen=True)
class _Box:
    """A box as it was seen: what was marked in it, what lies beside it, and its ink's core against the least ink."""

    inside: Image.Image
    ink: Image.Image
    faint: Image.Image
    colours: Image.Image
    px_per_mm: float
    outside: Outside | None
    core: float


@dataclass(frozen=True)
class _Parts:
    """The blobs of a box: dots; lines through it and what is part of them; strokes inside, over an edge, and the tails
    of strokes that lie outside.
    """

    dots: list[Blob]
    through: list[Blob]
    passing: list[Blob]
    free: list[Blob]
    crossing: list[Blob]
    tails: list[Blob]


def _judged(box: _Box) -> tuple[Verdict, Reason]:
    if has_print(box.colours, box.px_per_mm):
        return Verdict.MARKED, Reason.NONE
    parts = _parts_of(box)
    if _is_signed(box, parts):
        return Verdict.MARKED, Reason.NONE
    doubt = _doubt_about(box, parts)
    return (Verdict.DOUBTFUL, doubt) if doubt else (Verdict.EMPTY, Reason.NONE)


def _parts_of(box: _Box) -> _Parts:
    size, px_per_mm = box.ink.size, box.px_per_mm
    joined = box.ink.filter(ImageFilter.MaxFilter(3))
    blobs = [blob for blob in blobs_of(joined) if blob.area >= 0.25 * px_per_mm**2]
    strokes = [blob for blob in blobs if across(blob) > DOT_MM * px_per_mm]
    through = _lines_through(box.faint, px_per_mm)
    passing = [blob for blob in strokes if any(_holds(line, blob) for line in through)]
    own = [blob for blob in strokes if blob not in passing]
    touching = [blob for blob in own if touched(blob, size)]
    return _Parts(
        dots=[blob for blob in blobs if across(blob) <= DOT_MM * px_per_mm],
        through=through,
        passing=passing,
        free=[blob for blob in own if not touched(blob, size)],
        crossing=[blob for blob in touching if not _is_tail(blob, size, px_per_mm)],
        tails=[blob for blob in touching if _is_tail(blob, size, px_per_mm)],
    )


def _is_signed(box: _Box, parts: _Parts) -> bool:
    """Tell whether somebody wrote here: inside, or over an edge at which the writing stops or which it fills."""
    near = box.outside if box.core >= STOPS_CORE_MIN else None
    size, px_per_mm = box.ink.size, box.px_per_mm
    bent = [blob for blob in parts.crossing if not _is_dash(blob, box.ink)]
    home = [blob for blob in bent if _writes(blob, box) or _stops(blob, size, near, px_per_mm)]
    return box.core >= PEN_CORE_MIN and _is_signature([*parts.free, *home], box.ink, px_per_mm)


def _doubt_about(box: _Box, parts: _Parts) -> Reason | None:
    """Return why a person has to look at what is not signed; None where it is empty."""
    size, px_per_mm = box.ink.size, box.px_per_mm
    if has_pale_print(box.colours, px_per_mm):
        return Reason.PALE
    is_plain = all(_is_plain(line, size, px_per_mm) for line in parts.through)
    is_tail_long = sum(_length(blob, px_per_mm) for blob in parts.tails) > TAILS_MM_MAX * px_per_mm
    if parts.crossing or (parts.passing and not is_plain) or is_tail_long or has_paste(box.colours, px_per_mm):
        return Reason.CROSSING
    if parts.free and not _is_slip(parts.free, box.faint, px_per_mm):
        return Reason.LITTLE
    if len(parts.dots) > DOTS_MAX and _longer_than_dots(box.faint, parts.through, px_per_mm):
        return Reason.DOTS
    return Reason.DARK if _has_patch(box.inside, px_per_mm) else None


def _has_patch(inside: Image.Image, px_per_mm: float) -> bool:
    """Tell whether something dark and wide lies here; what goes over two edges is a shadow."""
    dark = shade_of(inside).filter(ImageFilter.GaussianBlur(0.5 * px_per_mm))
    patches = blobs_of(dark.point(lambda value: FULL if value < DARK_BELOW else 0))
    return any(patch.area > DARK_MM2_MIN * px_per_mm**2 and len(touched(patch, inside.size)) < 2 for patch in patches)


def _is_signature(blobs: Sequence[Blob], ink: Image.Image, px_per_mm: float) -> bool:
    if not blobs:
        return False
    width = max(blob.right for blob in blobs) - min(blob.left for blob in blobs)
    height = max(blob.bottom for blob in blobs) - min(blob.top for blob in blobs)
    # A broad pen's tick has as much ink as a fine pen's name: both estimates have to say that it is long.
    length = sum(min(_length(blob, px_per_mm), max(across(blob), _half_rim(blob, ink))) for blob in blobs)
    if max(map(across, blobs)) < LONGEST_MM_MIN * px_per_mm or min(width, height) < 1.5 * px_per_mm:
        return False
    if len(blobs) == 1 and (_is_tick(blobs[0], ink, px_per_mm) or _is_dash(blobs[0], ink)):
        return False
    return length >= STROKES_MM_MIN * px_per_mm and max(width, height) >= REACH_MM_MIN * px_per_mm


def _is_tick(blob: Blob, ink: Image.Image, px_per_mm: float) -> bool:
    reach = across(blob)
    return reach <= TICK_MM_MAX * px_per_mm and _half_rim(blob, ink) < TICK_TIMES_MAX * reach


def _is_dash(blob: Blob, ink: Image.Image) -> bool:
    """Tell whether a stroke goes straight to its end, however long: a fold or a line of the paper may lengthen it."""
    return _half_rim(blob, ink) < BENT_TIMES * across(blob)


def _is_slip(strokes: Sequence[Blob], faint: Image.Image, px_per_mm: float) -> bool:
    """Tell whether all there is is one short straight line, also for whoever looks closer."""
    if len(strokes) > 1 or _length(strokes[0], px_per_mm) > SLIP_MM * px_per_mm:
        return False
    closer = sum(_length(blob, px_per_mm) for blob in _seen_closer(faint, px_per_mm))
    return closer <= SLIP_SEEN_CLOSER_MM * px_per_mm


def _longer_than_dots(faint: Image.Image, through: Sequence[Blob], px_per_mm: float) -> bool:
    """Tell whether whoever looks closer sees more than dots: then they may be what is left of pale writing."""
    return any(not any(_holds(line, blob) for line in through) for blob in _seen_closer(faint, px_per_mm))


def _seen_closer(faint: Image.Image, px_per_mm: float) -> list[Blob]:
    blobs = blobs_of(faint.filter(ImageFilter.MaxFilter(3)))
    return [blob for blob in blobs if across(blob) > DOT_MM * px_per_mm]


def _is_plain(line: Blob, size: tuple[int, int], px_per_mm: float) -> bool:
    """Tell whether a line goes from one side of the box to the other and does nothing on its way: a struck-out row."""
    has_both = {"left", "right"} <= set(touched(line, size))
    return has_both and line.area <= STRUCK_MM_MAX * px_per_mm * across(line)


def _length(blob: Blob, px_per_mm: float) -> float:
    """Estimate how long a stroke is: its area by its width; writing that runs together is longer than its bounds."""
    return max(across(blob), blob.area / (0.9 * px_per_mm))


def _holds(line: Blob, blob: Blob) -> bool:
    return line.left <= blob.left and line.top <= blob.top and line.right >= blob.right and line.bottom >= blob.bottom


def _is_tail(blob: Blob, size: tuple[int, int], px_per_mm: float) -> bool:
    """Tell whether a blob only reaches in from one edge."""
    depths = {"left": blob.right, "top": blob.bottom, "right": size[0] - blob.left, "bottom": size[1] - blob.top}
    return any(depths[edge] <= TAIL_MM * px_per_mm for edge in touched(blob, size))


def _writes(blob: Blob, box: _Box) -> bool:
    """Tell whether a blob fills the box over one edge, and by going to and fro."""
    is_filling = fills(blob, box.ink.size, box.px_per_mm)
    return is_filling and _half_rim(blob, box.ink) >= WRITING_TIMES * across(blob)


def _half_rim(blob: Blob, ink: Image.Image) -> float:
    """Return how long a blob's line is at the most: it has two sides, however wide the pen."""
    part = ink.crop((blob.left, blob.top, blob.right, blob.bottom))
    rim = ImageChops.subtract(part, part.filter(ImageFilter.MinFilter(3)))
    return area_share(rim) * rim.width * rim.height / 2


def _stops(blob: Blob, size: tuple[int, int], outside: Outside | None, px_per_mm: float) -> bool:
    """Tell whether a blob that touches one edge stops there: then whoever wrote it wrote in this box."""
    edges = touched(blob, size)
    if outside is None or len(edges) != 1:
        return False
    depth = blob.height if edges[0] in {"top", "bottom"} else blob.width
    return depth >= STOPS_MM * px_per_mm and not outside.reaches_in(blob, edges[0])


def _mm2(mask: Image.Image, px_per_mm: float) -> float:
    return mask.width * mask.height / px_per_mm**2
