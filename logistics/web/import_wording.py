"""The words for files that are imported, in both languages."""

from django.utils.translation import gettext_lazy as _

IMPORT_KINDS = {"GIFTS": _("List of gifts"), "STATEMENT": _("Bank statement")}
IMPORT_STATES = {
    "QUEUED": _("Waiting"),
    "RUNNING": _("Being worked on"),
    "DONE": _("Ready"),
    "FAILED": _("Not taken"),
}
# The same row means something else in a list of gifts than on a bank's statement.
GIFT_ROWS = {
    "NEW": _("New"),
    "KNOWN": _("In the books already"),
    "DIFFERS": _("In the books with another amount"),
    "WRONG": _("Cannot be taken"),
    "LEFT_OUT": _("Left out"),
    "RECORDED": _("Recorded"),
}
STATEMENT_ROWS = {
    "NEW": _("Missing in the books"),
    "KNOWN": _("Matched"),
    "DIFFERS": _("Another amount in the books"),
    "WRONG": _("Cannot be read"),
    "LEFT_OUT": _("Paid out"),
    "RECORDED": _("Recorded"),
}
FAMILY_OUTCOMES = {
    "NEW": _("New"),
    "TWIN": _("Perhaps on record already"),
    "KNOWN": _("On record already"),
    "WRONG": _("Cannot be recorded"),
    "RECORDED": _("Recorded"),
}
