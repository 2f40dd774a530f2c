"""QRs that a page shows to the camera of a telephone."""

from django.utils.safestring import SafeString, mark_safe

from labels.screen import screen_svg


def screen_code(address: str) -> SafeString:
    """Draw the QR of an address for a page."""
    # Made of numbers alone: the address itself does not stand in the drawing.
    return mark_safe(screen_svg(address))
