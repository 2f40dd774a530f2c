"""The words for money beyond gifts and grants, purchases and yarn, in both languages."""

from django.utils.translation import gettext_lazy as _

PROPOSALS = {
    "cost": _("Cost"),
    "interest": _("Bank interest"),
    "opening": _("Opening balance"),
    "refund": _("Gift given back"),
    "reversal": _("Mistake reversed"),
}
PROPOSAL_STATES = {
    "PROPOSED": _("Proposed"),
    "APPROVED": _("Approved"),
    "REJECTED": _("Rejected"),
}
COST_CATEGORIES = {
    "BANK_FEE": _("Bank fees"),
    "MANAGEMENT": _("Management"),
    "TRANSPORT": _("Transport"),
    "STORAGE": _("Storage"),
    "PRINTING": _("Printing"),
    "PACKAGING": _("Packaging"),
    "VOLUNTEERS": _("Volunteers' expenses"),
    "PUBLICITY": _("Publicity"),
    "AUDIT": _("Audit fee"),
    "OTHER": _("Other costs"),
}
PURCHASE_STATES = {
    "ORDERED": _("Goods to come"),
    "RECEIVED": _("Received"),
    "DROPPED": _("Nothing came"),
}
YARN_MOVES = {
    "OUT": _("Yarn goes out"),
    "GARMENTS": _("Garments come back"),
    "BACK": _("Yarn comes back"),
    "LOST": _("Yarn is lost"),
}
