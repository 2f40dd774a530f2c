"""The words for needs and visits."""

from django.utils.translation import gettext_lazy as _

NEED_STATES = {
    "OPEN": _("Waits"),
    "STALE": _("To be confirmed again"),
    "REFERRED": _("Referred"),
    "MET": _("Met"),
    "WITHDRAWN": _("Withdrawn"),
}
URGENCIES = {0: _("Some day"), 1: _("This month"), 2: _("This week"), 3: _("Today")}
NEED_STEPS = {
    "REPORTED": _("Reported"),
    "CONFIRMED": _("Confirmed again"),
    "REFERRED": _("Referred"),
    "ACCEPTED": _("The body has taken it on"),
    "DECLINED": _("The body has declined"),
    "SERVED": _("The body has met it"),
    "MET": _("Met"),
    "HELPED": _("It helped"),
    "NOT_HELPED": _("It did not help"),
    "WITHDRAWN": _("Withdrawn"),
    "REOPENED": _("Open again"),
}
WAYS_UP = {
    "FIRST": _("began here"),
    "TIMER": _("went up: the days below were over"),
    "BY_HAND": _("handed up"),
    "BACK": _("handed back down"),
}
MET_BY = {
    "PARCEL": _("A parcel"),
    "ALLOCATION": _("A place on a list"),
    "GRANT": _("A grant"),
    "WISH": _("A micro-wish"),
    "REFERRAL": _("Another body"),
    "OTHER": _("Something else"),
}
MET_AT_DOOR = {
    "HEAD": _("The head of the family"),
    "MEMBER": _("Somebody of the family"),
    "GUARDIAN": _("A guardian"),
    "NEIGHBOUR": _("A neighbour"),
    "NOBODY": _("Nobody"),
}
REFERRAL_ANSWERS = {"ACCEPTED": _("Taken on"), "SERVED": _("Met"), "DECLINED": _("Declined")}
