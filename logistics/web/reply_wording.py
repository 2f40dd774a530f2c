"""The words of replies, verification visits, grievances and sponsorships."""

from django.utils.translation import gettext_lazy as _

REPLY_STATES = {
    "WAITING": _("Waits for a look"),
    "RELEASED": _("Released to donors"),
    "KEPT_BACK": _("Kept back"),
    "WITHDRAWN": _("Withdrawn"),
}
REPLY_DECISIONS = {
    "RELEASED": _("Released to donors"),
    "KEPT_BACK": _("Kept back"),
    "WITHDRAWN": _("Withdrawn"),
}
MARK_KINDS = {
    "IDENTITY_NUMBER": _("identity number"),
    "TELEPHONE": _("telephone number"),
    "NAME": _("name"),
    "SCHOOL": _("school or class"),
    "ADDRESS": _("address"),
    "ACCOUNT": _("account"),
    "BIRTH_DATE": _("date"),
}
VISIT_REASONS = {
    "RANDOM": _("Drawn"),
    "TARGETED": _("Asked for by an officer"),
}
ARRIVED = {
    "WHOLE": _("All of it"),
    "PARTLY": _("Part of it"),
    "NOT_AT_ALL": _("Nothing"),
}
SAID = {
    "YES": _("Yes"),
    "NO": _("No"),
    "UNKNOWN": _("Cannot say"),
}
GRIEVANCE_STATES = {
    "OPEN": _("Received"),
    "TAKEN_UP": _("Being looked into"),
    "ESCALATED": _("Handed up, overdue"),
    "ASKED_AGAIN": _("Asked again"),
    "ANSWERED": _("Answered"),
    "CLOSED": _("Closed"),
}
GRIEVANCE_CHANNELS = {
    "TELEPHONE": _("By telephone"),
    "PAGE": _("By the page"),
    "VISIT": _("At a visit"),
}
