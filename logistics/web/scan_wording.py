"""The short words for what a scan was answered, for tables; whoever scans is told more."""

from django.utils.translation import gettext_lazy as _

OUTCOMES = {
    "RECORDED": _("Recorded"),
    "REPEATED": _("Repeated"),
    "ALREADY_DONE": _("Done already"),
    "ALREADY_DELIVERED": _("Delivered already"),
    "DISPUTED": _("Disputed"),
    "WRONG_HOUSEHOLD": _("Another family's card"),
    "WRONG_LOT": _("Another lot"),
    "PROOF_MISSING": _("A proof is missing"),
    "NOT_PACKED": _("Not packed yet"),
    "NOT_DISPATCHED": _("Not dispatched yet"),
    "CANCELLED": _("Cancelled"),
    "RECALLED": _("Recalled"),
    "EXPIRED": _("Expired"),
    "REVOKED_LABEL": _("Label revoked"),
    "UNKNOWN_CODE": _("Unknown code"),
    "FOREIGN_CODE": _("Another system's code"),
    "BAD_CHECK": _("Misread or mistyped"),
    "NOT_ALLOWED": _("Not allowed"),
    "MALFORMED": _("Cannot be understood"),
}
