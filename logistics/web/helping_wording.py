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
KNITTING_STATES = {
    "ASKED": _("Waits for yarn"),
    "KNITTING": _("Being knitted"),
    "RECEIVED": _("On the shelf"),
    "GIVEN": _("On its way to the child"),
}
MEASURE_WORDS = {
    "height": _("Height in mm"),
    "chest": _("Chest in mm"),
    "sleeve": _("Sleeve in mm"),
    "head": _("Head in mm"),
    "foot": _("Foot in mm"),
}
CHECK_KINDS = {
    "IDENTITY": _("Identity seen"),
    "NO_RECORD": _("No-record certificate"),
    "TRAINING": _("Training"),
}
COMPANION_KINDS = {"LOVING_MOTHER": _("Loving mother"), "POLICE_MOTHER": _("Police mother")}
