"""The words of the pages about lists."""

from django.utils.translation import gettext_lazy as _

from logistics.kernel.admission import REASONS as RULES
from logistics.lists.reasons import REFUSAL_REASONS

APPLICATION_STATES = {
    "FILED": _("Waits for review"),
    "ACCEPTED": _("Accepted, waits for a notice"),
    "ON_NOTICE": _("On public notice"),
    "LISTED": _("On a list"),
    "REFUSED": _("Not accepted"),
    "WITHDRAWN": _("Withdrawn"),
}
# What the family's slip answers: no reason, which is told by a person.
SLIP_STATES = {
    "FILED": _("We have your application. Somebody looks at it."),
    "ACCEPTED": _("Your application was accepted. It stands on the next public notice."),
    "ON_NOTICE": _("Your number stands on a public notice."),
    "LISTED": _("You are on the list. We bring it to you, or tell you where to collect it."),
    "REFUSED": _("Please call us about your application: we tell you what was decided, and why."),
    "WITHDRAWN": _("This application was withdrawn. Call us to apply again."),
}
STEP_KINDS = {
    "FILED": _("Applied"),
    "ACCEPTED": _("Accepted"),
    "REFUSED": _("Not accepted"),
    "WITHDRAWN": _("Withdrawn"),
}
SOURCES = {"HOUSEHOLD": _("The household"), "LIAISON": _("A liaison")}
LIST_STATES = {"PROPOSED": _("Waits for approval"), "APPROVED": _("Approved and frozen"), "REJECTED": _("Rejected")}
OBJECTION_STATES = {"OPEN": _("Not answered yet"), "UPHELD": _("Upheld"), "DISMISSED": _("Dismissed")}
LIST_STAGES = {
    "REVIEW": _("Review"),
    "NOTICE": _("Publishing the notice"),
    "OBJECTION": _("Answering an objection"),
    "APPROVAL": _("Approving the list"),
    "ALLOCATION": _("Allocating the list"),
    "PACKING": _("Packing"),
    "DISPATCH": _("Sending off"),
    "DELIVERY": _("Delivering"),
    "PAYMENT": _("Paying"),
    "HAND_OVER": _("From the approved list to the family"),
    "REPLY": _("Looking at a reply"),
    "CONFIRMATION": _("Confirming a need again"),
    "ESCALATION": _("Meeting a need, or handing it up"),
}
ALLOCATION_KINDS = {"PARCEL": _("Parcel planned"), "GRANT": _("Grant planned")}


def reason_words(reason: str, language: str) -> str:
    """Say why somebody is not listed."""
    words = REFUSAL_REASONS.get(reason, RULES.get(reason, (reason, reason)))
    return words[language == "en"]
