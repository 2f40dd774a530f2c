"""What cameras and scanners get to see of a label: turned, blurred, coarse, with a stroke through it."""

import math
import random
from collections.abc import Iterator, Sequence

import pypdfium2
import qrcode
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from labels.files import POINTS_PER_INCH
from labels.placing import mark_of, qr_place
from labels.qr import QUIET_MODULES, matrix_of
from labels.sheet import render_sheets
from labels.sheets import LabelSheet, PrinterSetup
from labels.spec import ParcelLabel
from labels.styles import UM_PER_INCH

# A phone that is held as near as the page of our scanner asks for sees so many pixels of a module; a hand that is not
# still and a lens that is not quite sharp blur it by so much of one.
PHONE_PIXELS, PHONE_BLUR = 4, 0.3
SYMBOL_PIXELS = 6
QR_CODE = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def label_images(
    labels: Sequence[ParcelLabel], sheet: LabelSheet, dpi: int
) -> Iterator[tuple[str, Image.Image, float]]:
    """Print labels and yield of each what it says, its picture at this resolution, and the pixels of one module."""
    printer = PrinterSetup(dots_per_inch=dpi)
    document = pypdfium2.PdfDocument(render_sheets(labels, sheet, printer=printer))
    scale, pages = (
        dpi / UM_PER_INCH,
        [page.render(scale=dpi / POINTS_PER_INCH, grayscale=True).to_pil() for page in document],
    )
    module = qr_place(sheet, 0, len(matrix_of(labels[0].uri)), printer).module_um * scale
    for number, label in enumerate(labels):
        mark = mark_of(sheet, number, printer, label.uri)
        box = [round(edge * scale) for edge in (mark.left_um, mark.top_um, mark.right_um, mark.bottom_um)]
        yield label.uri, pages[mark.page].crop((box[0], box[1], box[2], box[3])), module


def turned(image: Image.Image, degrees: float) -> Image.Image:
    """Turn a label on a white table."""
    return image.rotate(degrees, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)


def seen_by_phone(image: Image.Image, module: float) -> Image.Image:
    """Blur a label and sample it as coarsely as a phone does."""
    scale = PHONE_PIXELS / module
    blurred = image.filter(ImageFilter.GaussianBlur(PHONE_BLUR * module))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return blurred.resize(size, Image.Resampling.BOX)


def says(image: Image.Image, text: str) -> bool:
    """Tell whether a decoder reads just this from a picture."""
    return [found.text for found in zxingcpp.read_barcodes(image, formats=QR_CODE)] == [text]


def symbol(matrix: Sequence[Sequence[bool]]) -> Image.Image:
    """Draw the modules of a QR with its quiet zone."""
    side = (len(matrix) + 2 * QUIET_MODULES) * SYMBOL_PIXELS
    image = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(image)
    for y, row in enumerate(matrix, QUIET_MODULES):
        for x, is_dark in enumerate(row, QUIET_MODULES):
            if is_dark:
                left, top = x * SYMBOL_PIXELS, y * SYMBOL_PIXELS
                draw.rectangle((left, top, left + SYMBOL_PIXELS - 1, top + SYMBOL_PIXELS - 1), fill=0)
    return image


def usual_matrix(text: str) -> list[list[bool]]:
    """Make the QR of a widely used label: what `qrcode.make()` does, at error correction M."""
    code = qrcode.QRCode(border=0)
    code.add_data(text)
    code.make()
    return [[bool(module) for module in row] for row in code.get_matrix()]


def struck(image: Image.Image, modules: float, lot: random.Random) -> Image.Image:
    """Draw a black stroke of this width right through a symbol, somewhere across its middle."""
    angle, middle = lot.uniform(0, math.pi), image.width / 2
    x, y = (middle + lot.uniform(-8, 8) * SYMBOL_PIXELS for _ in range(2))
    dx, dy = 2 * image.width * math.cos(angle), 2 * image.width * math.sin(angle)
    marred = image.copy()
    line = (x - dx, y - dy, x + dx, y + dy)
    ImageDraw.Draw(marred).line(line, fill=0, width=round(modules * SYMBOL_PIXELS))
    return marred
