"""A QR on a screen: any address, dark on white also on dark pages, and as large as the page lets it be."""

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from labels.qr import QUIET_MODULES


def screen_svg(text: str) -> str:
    """Draw the QR of a text, its quiet zone included, as SVG without a size of its own."""
    qr = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_MODULES)
    qr.add_data(text)
    qr.make(fit=True)
    rows = qr.get_matrix()
    side = len(rows)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"'
        f' aria-hidden="true"><path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path fill="#000" d="{path}"/></svg>'
    )
