"""Pictures made anew from photos: without what a camera wrote into them, and with what nobody is to see covered."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageOps

from logistics.storage.photos import Photo, read_photo

PIXELS_LONG_MAX = 2_000
QUALITY = 88
PER_MILLE = 1_000


@dataclass(frozen=True)
class Box:
    """A rectangle of a picture, in thousandths of its width and height, from the upper left."""

    left: int
    top: int
    width: int
    height: int

    @property
    def is_inside(self) -> bool:
        """Tell whether it covers something and stays within the picture."""
        across = self.left >= 0 and self.width > 0 and self.left + self.width <= PER_MILLE
        return across and self.top >= 0 and self.height > 0 and self.top + self.height <= PER_MILLE


def redrawn(photo: Photo, boxes: Iterable[Box] = ()) -> Photo:
    """Draw a photo anew: upright, on white, at most PIXELS_LONG_MAX long, black where a box lies.

    Nothing of the file but its pixels goes along: no place, no camera, no small picture of what is now covered.
    """
    with Image.open(io.BytesIO(photo.data)) as image:
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((PIXELS_LONG_MAX, PIXELS_LONG_MAX))
        laid = upright.convert("RGBA")
    drawn = Image.new("RGBA", laid.size, "white")
    drawn.alpha_composite(laid)
    made = drawn.convert("RGB")
    pen = ImageDraw.Draw(made)
    for box in boxes:
        pen.rectangle(_pixels(box, made.size), fill="black")
    written = io.BytesIO()
    made.save(written, "JPEG", quality=QUALITY)
    return read_photo(written.getvalue())


def _pixels(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Say a box in pixels, outwards to whole ones."""
    width, height = size
    right, bottom = (box.left + box.width) * width, (box.top + box.height) * height
    return (
        box.left * width // PER_MILLE,
        box.top * height // PER_MILLE,
        -(-right // PER_MILLE),
        -(-bottom // PER_MILLE),
    )
