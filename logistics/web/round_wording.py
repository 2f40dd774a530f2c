"""The words for rounds."""

from django.utils.translation import gettext_lazy as _

ROUND_STATES = {
    "PLANNED": _("Planned"),
    "OPEN": _("Going on"),
    "CLOSED": _("Ended"),
    "DROPPED": _("Not held"),
}
ROUND_KINDS = {"OUTING": _("From door to door"), "CEREMONY": _("Ceremony at one place")}
LEFT_AS = {"STILL_OUT": _("Still out"), "TO_BE_RETURNED": _("To be returned")}
