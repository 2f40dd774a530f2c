"""The words for wishes, volunteers, companions and errands, in both languages."""

from django.utils.translation import gettext_lazy as _

WISH_STATES = {
    "ASKED": _("To be worded"),
    "OPEN": _("Open to all"),
    "ADOPTED": _("Taken"),
    "FULFILLED": _("Fulfilled"),
    "THANKED": _("Thanked for"),
    "WITHDRAWN": _("Withdrawn"),
}
ERRAND_STATES = {
    "ASKED": _("Waits for somebody"),
    "TAKEN": _("Taken"),
    "DONE": _("Done, says the volunteer"),
    "CONFIRMED": _("Confirmed"),
    "CANCELLED": _("Cancelled"),
}
CHECK_KINDS = {
    "IDENTITY": _("Identity seen"),
    "NO_RECORD": _("No-record certificate"),
    "TRAINING": _("Training"),
}
COMPANION_KINDS = {"LOVING_MOTHER": _("Loving mother"), "POLICE_MOTHER": _("Police mother")}
