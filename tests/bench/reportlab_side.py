"""reportlab with its QR widget as the other side of the label benchmark: in an environment of its own, never in ours.

Reads labels as JSON lines from the file that is named, then draws them all for every line on its standard input, and
answers with the seconds. It draws as its documentation shows: a canvas, the CID font for Chinese, the QR widget.
"""

import io
import json
import sys
import time

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

COLUMNS, ROWS, WIDTH, HEIGHT, SIDE = 3, 7, 63.5 * mm, 38.1 * mm, 28 * mm

with open(sys.argv[1], encoding="utf-8") as file:
    labels = [json.loads(line) for line in file]
pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))


def draw():
    """Draw all labels on A4 sheets of 3 x 7."""
    canvas = Canvas(io.BytesIO(), pagesize=A4)
    for number, label in enumerate(labels):
        place = number % (COLUMNS * ROWS)
        if number and not place:
            canvas.showPage()
        x = 7.25 * mm + place % COLUMNS * (WIDTH + 2.5 * mm)
        y = A4[1] - 15.15 * mm - (place // COLUMNS + 1) * HEIGHT
        widget = QrCodeWidget(label["uri"], barLevel="Q")
        left, _, right, _ = widget.getBounds()
        scale = SIDE / (right - left)
        drawing = Drawing(SIDE, SIDE, transform=[scale, 0, 0, scale, 0, 0])
        drawing.add(widget)
        renderPDF.draw(drawing, canvas, x, y + HEIGHT - SIDE)
        for line, (size, up) in enumerate(((8, 33), (13, 26), (6, 18), (6, 15), (6, 12))):
            canvas.setFont("STSong-Light", size)
            canvas.drawString(x + 28.5 * mm, y + up * mm, label["lines"][line])
        canvas.setFont("STSong-Light", 8)
        canvas.drawString(x + 2 * mm, y + 6 * mm, label["code"])
    canvas.save()


for _ in sys.stdin:
    begun = time.perf_counter()
    draw()
    print(time.perf_counter() - begun, flush=True)
