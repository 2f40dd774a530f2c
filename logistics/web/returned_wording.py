"""The words of sheets that come back."""

from django.utils.translation import gettext_lazy as _

ROW_VERDICTS = {
    "MARKED": _("Signed"),
    "EMPTY": _("Empty"),
    "DOUBTFUL": _("Doubtful"),
    "NOT_FOUND": _("Not seen whole"),
}
ROW_REASONS = {
    "NOT_SEEN": _("The box is not whole on the photo. Photograph the page again."),
    "LITTLE": _("There is very little in the box."),
    "CROSSING": _("A stroke runs over the edge of the box."),
    "PALE": _("There is a pale stain or a faint fingerprint."),
    "DOTS": _("There are many dots."),
    "DARK": _("There is a dark patch."),
    "COVERED": _("Something lies on the box."),
    "DIFFERS": _("Two photos of this row differ."),
}
ROW_DECISIONS = {"SIGNED": _("Signed"), "EMPTY": _("Not signed")}
PAGES_FOUND = {
    "UNKNOWN": _("no sheet of this organisation, or one printed before sheets could be read back"),
    "NO_CODE": _("no code could be read; photograph it closer and in better light"),
}
READING_STATES = {
    "QUEUED": _("Waiting"),
    "RUNNING": _("Being read"),
    "DONE": _("Read"),
    "FAILED": _("Failed"),
}
HAND_OVERS = {
    "RECORDED": _("hand-over recorded"),
    "REPEATED": _("recorded before, from the same row"),
    "ALREADY_DELIVERED": _("handed over before, by another scan"),
}
