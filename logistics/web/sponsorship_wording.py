"""The words of sponsorships."""

from django.utils.translation import gettext_lazy as _

SCHOOL_STAGES = {
    "PRIMARY_LOWER": _("Primary school, lower years"),
    "PRIMARY_UPPER": _("Primary school, upper years"),
    "JUNIOR_HIGH": _("Junior high school"),
    "SENIOR_HIGH": _("Senior high school"),
    "UNIVERSITY": _("University"),
}
END_REASONS = {
    "GREW_OUT": _("Grew out of it"),
    "GRADUATED": _("Graduated"),
    "MOVED_AWAY": _("Moved away"),
    "SPONSOR_STOPPED": _("The sponsor stopped"),
    "CONSENT_WITHDRAWN": _("Consent was withdrawn"),
    "OTHER": _("Another reason"),
}
YEAR_STATES = {
    "DUE": _("Due"),
    "OVERDUE": _("Overdue"),
    "PLANNED": _("Planned"),
    "PAID": _("Paid"),
}
LETTER_STATES = {
    "WAITING": _("Waits for a look"),
    "RELEASED": _("Handed on"),
    "KEPT_BACK": _("Kept back"),
    "WITHDRAWN": _("Withdrawn"),
}
DIRECTIONS = {
    "TO_CHILD": _("From the sponsor to the child"),
    "TO_SPONSOR": _("From the child to the sponsor"),
}
