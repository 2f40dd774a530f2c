"""Read a photo of printed pages: which page lies how, and what each row's box says."""

import dataclasses
import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from labels.returned.borders import Border, border_of
from labels.returned.edges import OUTER_MM
from labels.returned.places import PagePlaces, Rect
from labels.returned.seeing import UM_PER_MM, Seen, patch_of
from labels.returned.straightening import lying_of
from labels.returned.verdicts import Finding, Reason, Verdict, finding_within

PX_PER_MM = 6
# What lies beside the line inside: half of it, and what the camera smears.
INSET_UM = 900
# What a person is shown of a box.
SHOWN_PX_PER_MM = 8
SHOWN_MARGIN_UM = 1_500
JPEG_QUALITY = 80


@dataclass(frozen=True)
class RowRead:
    """One row of a page: its code, what its box says, and a picture of the box (JPEG; empty where it is not seen)."""

    code: str
    finding: Finding
    picture: bytes


def rows_on(photo: Image.Image, seen: Sequence[Seen], places: PagePlaces) -> list[RowRead]:
    """Read every row of one printed page on a photo. `seen` holds the page's own squares, by the code each says."""
    colour = photo.convert("RGB")
    lying = lying_of(colour, seen, places)
    if lying is None:
        return [RowRead(code, _NOT_SEEN, b"") for code in places.boxes]
    return [_row(colour, code, box, border_of(colour, lying.plane, box)) for code, box in places.boxes.items()]


def agreed(one: RowRead, other: RowRead) -> RowRead:
    """Return what two photos of one row say together: the surer one, and a person decides where they differ."""
    surest = sorted((one, other), key=lambda read: _SURENESS.index(read.finding.verdict))
    if {one.finding.verdict, other.finding.verdict} == {Verdict.MARKED, Verdict.EMPTY}:
        finding = dataclasses.replace(surest[0].finding, verdict=Verdict.DOUBTFUL, reason=Reason.DIFFERS)
        return dataclasses.replace(surest[0], finding=finding)
    return surest[0]


# A doubt on one photo is not settled by another on which the box looks empty.
_SURENESS = (Verdict.MARKED, Verdict.DOUBTFUL, Verdict.EMPTY, Verdict.NOT_FOUND)
_NOT_SEEN = Finding(Verdict.NOT_FOUND, Reason.NOT_SEEN)


def _row(photo: Image.Image, code: str, box: Rect, border: Border | None) -> RowRead:
    if border is None:
        return RowRead(code, _NOT_SEEN, b"")
    # Sampled twice as densely and halved: four pixels have half the noise of one.
    around = box.grown(round(OUTER_MM * UM_PER_MM) - INSET_UM)
    wide = patch_of(photo, border.plane, around, 2 * PX_PER_MM).reduce(2)
    shown = patch_of(photo, border.plane, box.grown(SHOWN_MARGIN_UM), SHOWN_PX_PER_MM)
    finding = finding_within(wide, PX_PER_MM, border.darkness)
    if not border.is_whole and finding.verdict != Verdict.MARKED:
        # Ink is ink; but what a flash washed out may have been signed.
        finding = dataclasses.replace(finding, verdict=Verdict.DOUBTFUL, reason=Reason.NOT_SEEN)
    return RowRead(code, finding, _jpeg(shown))


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()
