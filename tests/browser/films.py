"""Our own printed labels as pictures, and pictures as the film that Chromium's false camera shows."""

import io
from collections.abc import Iterable
from pathlib import Path

import pypdfium2
from PIL import Image

from labels.sheet import render_sheets
from labels.sheets import find_sheet
from labels.spec import ParcelLabel

SIZE = (1280, 720)
FILM_FRAMES_A_SECOND = 10


def label_picture(label: ParcelLabel, sheet: str = "THERMAL_100X150", dpi: int = 203) -> Image.Image:
    """Print one label and look at it in grey."""
    pdf = render_sheets([label], find_sheet(sheet))
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[0].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    finally:
        document.close()


def held_up(
    label: Image.Image, *, height: int = 640, at: tuple[int, int] | None = None, desk: int = 120
) -> Image.Image:
    """Hold a label before the camera: so high, at a place, over a grey desk."""
    frame = Image.new("L", SIZE, desk)
    small = label.resize((round(label.width * height / label.height), height), Image.Resampling.LANCZOS)
    frame.paste(small, at or ((SIZE[0] - small.width) // 2, (SIZE[1] - small.height) // 2))
    return frame


def empty_frame(desk: int = 120) -> Image.Image:
    """See nothing but the desk."""
    return Image.new("L", SIZE, desk)


def write_film(path: Path, frames: Iterable[Image.Image]) -> Path:
    """Write a film that the false camera shows over and over."""
    head = f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F{FILM_FRAMES_A_SECOND}:1 Ip A1:1 C420jpeg\n"
    grey = bytes([128]) * (SIZE[0] * SIZE[1] // 2)
    with path.open("wb") as film:
        film.write(head.encode())
        for frame in frames:
            film.write(b"FRAME\n" + frame.tobytes() + grey)
    return path


def as_jpeg(picture: Image.Image) -> bytes:
    """Write a picture as a phone's camera stores it."""
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=85)
    return file.getvalue()
