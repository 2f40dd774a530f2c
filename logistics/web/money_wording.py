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
BATCH_STATES = {
    "PLANNED": _("Planned"),
    "APPROVED": _("Approved"),
    "SENT": _("With the bank"),
    "PAID": _("Paid"),
    "DROPPED": _("Taken apart"),
}
RETURN_REASONS = {
    "ACCOUNT_WRONG": _("No such account"),
    "NAME_DIFFERS": _("Another name"),
    "ACCOUNT_CLOSED": _("Account closed"),
    "ACCOUNT_FROZEN": _("Account frozen"),
    "OTHER": _("Another reason"),
}
PLEDGE_STATES = {
    "OPEN": _("Waiting"),
    "OVERDUE": _("Overdue"),
    "FULFILLED": _("Fulfilled"),
    "WITHDRAWN": _("Withdrawn"),
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
