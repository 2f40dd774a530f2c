"""The words for stored values, in both languages."""

from django.utils.translation import gettext_lazy as _

from logistics.web.care_wording import CARE_REASONS, DISPOSAL_STATES, ENDS, PLACES, STOCK_TAKE_STATES, TRANSIT_STATES
from logistics.web.key_wording import KEY_STATES, SANDBOX_CODES, SCOPE_WORDS
from logistics.web.money_wording import (
    BATCH_STATES,
    COST_CATEGORIES,
    PLEDGE_STATES,
    PROPOSAL_STATES,
    PROPOSALS,
    PURCHASE_STATES,
    RETURN_REASONS,
    YARN_MOVES,
)
from logistics.web.reply_wording import (
    ARRIVED,
    GRIEVANCE_CHANNELS,
    GRIEVANCE_STATES,
    MARK_KINDS,
    REPLY_DECISIONS,
    REPLY_STATES,
    SAID,
    VISIT_REASONS,
)
from logistics.web.returned_wording import (
    HAND_OVERS,
    PAGES_FOUND,
    READING_STATES,
    ROW_DECISIONS,
    ROW_REASONS,
    ROW_VERDICTS,
)
from logistics.web.round_wording import LEFT_AS, ROUND_KINDS, ROUND_STATES
from logistics.web.scan_wording import OUTCOMES
from logistics.web.sponsorship_wording import DIRECTIONS, END_REASONS, LETTER_STATES, SCHOOL_STAGES, YEAR_STATES

# Words of a file of their own; templates look for all of them here.
__all__ = ["CARE_REASONS", "DISPOSAL_STATES", "ENDS", "PLACES", "STOCK_TAKE_STATES", "TRANSIT_STATES"]
__all__ += ["COST_CATEGORIES", "PROPOSALS", "PROPOSAL_STATES", "PURCHASE_STATES", "YARN_MOVES"]
__all__ += ["BATCH_STATES", "PLEDGE_STATES", "RETURN_REASONS"]
__all__ += ["KEY_STATES", "SANDBOX_CODES", "SCOPE_WORDS"]
__all__ += ["LEFT_AS", "OUTCOMES", "ROUND_KINDS", "ROUND_STATES"]
__all__ += ["GRIEVANCE_CHANNELS", "GRIEVANCE_STATES"]
__all__ += ["ARRIVED", "SAID", "VISIT_REASONS"]
__all__ += ["MARK_KINDS", "REPLY_DECISIONS", "REPLY_STATES"]
__all__ += ["DIRECTIONS", "END_REASONS", "LETTER_STATES", "SCHOOL_STAGES", "YEAR_STATES"]
__all__ += ["HAND_OVERS", "PAGES_FOUND", "READING_STATES", "ROW_DECISIONS", "ROW_REASONS", "ROW_VERDICTS"]

STATES = {
    "PLANNED": _("Planned"),
    "PACKED": _("Packed"),
    "SEALED": _("Sealed"),
    "DISPATCHED": _("Dispatched"),
    "AT_TRANSFER_POINT": _("At a transfer point"),
    "DELIVERED": _("Delivered"),
    "REFUSED": _("Refused"),
    "RETURNED": _("Returned"),
    "DAMAGED": _("Damaged"),
    "LOST": _("Lost"),
    "CANCELLED": _("Cancelled"),
    "DISPUTED": _("Disputed"),
}
# What the public page tells whoever finds a parcel.
# What other codes are, for anybody who scans one with a telephone.
PUBLIC_KINDS = {
    "HOUSEHOLD_CARD": _("This is a family's card."),
    "COLLECTOR_CARD": _("This card lets somebody collect for a family."),
    "REPLY_CARD": _("This is a reply card: a family's thanks or complaint to those who gave."),
    "SPONSORSHIP": _("This leads a sponsor to their page."),
    "LOT": _("This is the label of goods in our warehouse."),
    "BIN": _("This is the label of a place in our warehouse."),
    "CARTON": _("This is the label of a carton of ours."),
    "SHEET_ROW": _("This is a line of a sign-off sheet."),
    "DEVICE": _("This names a device of ours."),
}
PUBLIC_STATES = {
    "PLANNED": _("This parcel is being prepared."),
    "PACKED": _("This parcel is packed and waits to be sent."),
    "SEALED": _("This parcel is packed and waits to be sent."),
    "DISPATCHED": _("This parcel is on its way."),
    "AT_TRANSFER_POINT": _("This parcel is on its way."),
    "DELIVERED": _("This parcel has been delivered."),
    "DISPUTED": _("This parcel has been delivered."),
}
STEPS = {
    "PACK": _("Pack"),
    "SEAL": _("Seal"),
    "DISPATCH": _("Dispatch"),
    "RECEIVE": _("Receive at a transfer point"),
    "HAND_OVER": _("Hand over"),
    "ATTEMPT": _("Not handed over"),
    "REFUSE": _("Refused by the family"),
    "RETURN": _("Return to the warehouse"),
    "INSPECT": _("Inspect"),
    "DAMAGE": _("Damaged"),
    "LOSE": _("Lost"),
    "FIND": _("Found again"),
    "COUNT": _("Count"),
    "UNDO": _("Undo"),
}
REASONS = {
    "NOT_HOME": _("Nobody at home"),
    "WRONG_ADDRESS": _("Wrong address"),
    "TOO_FAR": _("Too far today"),
    "SHORT": _("Something is missing in it"),
    "REFUSED": _("The family does not want it"),
    "DAMAGED": _("Damaged"),
    "LOST": _("Lost"),
    "OTHER": _("Another reason"),
}
STAGES = {
    "UNSPENT": _("Not spent yet"),
    "HANDED_DOWN": _("With a body below"),
    "WITH_SUPPLIER": _("Paid to suppliers, goods to come"),
    "IN_TRANSIT": _("On the way to a body below or another warehouse"),
    "IN_STOCK": _("In the warehouse"),
    "WITH_VOLUNTEERS": _("With volunteers who knit"),
    "RESERVED": _("Reserved for parcels"),
    "PACKED": _("In parcels"),
    "DELIVERED": _("With families"),
    "GRANTED": _("Granted to families"),
    "COSTS": _("Costs"),
    "RETURNED": _("Returned to the donor"),
    "ON_HOLD": _("Set aside, not given out"),
    "SOLD": _("Sold as unfit"),
    "LOST": _("Lost"),
}
# Where something came from that no donor gave, by the kind of its entry.
ORIGINS = {
    "OPENING": _("Opening balance"),
    "INTEREST": _("Bank interest"),
    "PRICE_REFUND": _("Paid back by a supplier"),
    "COUNT_SURPLUS": _("Found in a stock-take"),
    "SALE": _("Sale of unfit goods"),
}
UNITS = {
    "PIECE": _("pieces"),
    "GRAM": _("g"),
}
# Why the books cannot take what scans conclude, and what to do about it.
UNPOSTED = {
    "pack_missing": _("No scan says that it was packed. Hand in the keeper's device, or settle it."),
    "household_unknown": _("No scan says to which family it went. Settle it and name the family."),
    "parcel_cancelled": _("It was cancelled or taken apart, and yet a hand-over arrived. Settle which is true."),
    "units_not_there": _("Its goods are promised or gone elsewhere. Free them, then settle it again."),
    "beneficiary_required": _("The fund is for persons, and the parcel names none."),
    **dict.fromkeys(
        ("served_already", "served_by_another", "served_too_lately"),
        _("This family was served in this round, or a short while ago. Ask who handed it over; settle what is true."),
    ),
}
PROOFS = {
    "SIGNATURE": _("Signature"),
    "FINGERPRINT": _("Fingerprint"),
    "PHOTO": _("Photo of the goods at the door"),
    "SIGNED_SHEET": _("Signed sheet"),
    "HOUSEHOLD_CARD": _("Household card"),
    "ONE_TIME_CODE": _("One-time code"),
    "COLLECTOR": _("Authorised collector"),
    "TWO_PERSONS": _("Two persons"),
    "LOT_LABEL": _("Label of a dated lot, at packing"),
}
GRANT_STATES = {
    "PLANNED": _("Planned"),
    "APPROVED": _("Approved"),
    "SENT": _("Sent"),
    "PAID": _("Paid"),
    "RETURNED": _("Returned by the bank"),
}
BASES = {
    "OWN": _("Own money"),
    "AGENCY": _("Held for its owner"),
    "APPROPRIATION": _("Public appropriation"),
}
JOB_STATES = {
    "QUEUED": _("Waiting"),
    "RUNNING": _("Being drawn"),
    "DONE": _("Ready"),
    "FAILED": _("Failed"),
}
PAPER_STATES = {
    "VALID": _("Valid"),
    "VOID": _("Void"),
    "REISSUED": _("Void, reissued"),
}
LEDGERS = {
    "distribution": _("Distribution"),
    "donations": _("Donations"),
    "funds": _("Funds"),
    "stock": _("Stock"),
    "journal": _("Journal"),
    "vouchers": _("Vouchers"),
    "trial-balance": _("Trial balance"),
    "stock-movement": _("Stock movement"),
    "chart": _("Chart of accounts"),
    "accounts": _("Accounts"),
    "lots": _("Lots"),
    "opening": _("Opening balances"),
    "closing": _("Closing balances"),
    "reversals": _("Reversals"),
    "unvalued": _("Goods without value"),
    "disclosure": _("Disclosure"),
    "compliance": _("Compliance"),
}
FIGURES = {
    "parcels_dispatched": _("Parcels dispatched"),
    "parcels_delivered": _("Parcels delivered"),
    "value_dispatched": _("Value dispatched"),
    "value_delivered": _("Value delivered"),
    "households_served_with_goods": _("Families served with goods"),
    "places": _("Places"),
    "unposted": _("Waiting for the books"),
    "subjects": _("Accounts with a number"),
    "grants_paid": _("Grants paid"),
    "value_granted": _("Value granted"),
    "days_gift_to_delivery_median": _("Days from gift to delivery, median"),
    "days_gift_to_delivery_p90": _("Days from gift to delivery, 90th percentile"),
    "gifts": _("Gifts"),
    "received": _("Received"),
    "goods_value": _("Value of goods given"),
    "goods_received": _("Value of goods given"),
    "spent": _("Spent on purchases"),
    "granted": _("Granted to families"),
    "balance": _("Balance"),
    "kits_assembled": _("Kits assembled"),
    "kits_on_hand": _("Kits on hand"),
    "value": _("Value"),
    "entries": _("Entries"),
    "lines": _("Lines"),
    "vouchers": _("Vouchers"),
    "unnumbered": _("Without a number yet"),
    "debit": _("Debits"),
    "credit": _("Credits"),
}
# Figures in minor units.
MONEY_FIGURES = frozenset(
    {"value_dispatched", "value_delivered", "value_granted", "received", "goods_value", "goods_received"}
    | {"spent", "granted", "balance", "value", "debit", "credit"}
)
TERMS = {
    "sexes": _("Sex"),
    "age_from": _("Age from"),
    "age_to": _("Age up to"),
    "divisions": _("Area"),
    "items": _("Items"),
    "purposes": _("Purpose"),
    "from": _("From"),
    "to": _("Until"),
}
ROLES = {
    "KEEPER": _("Keeper"),
    "COURIER": _("Courier"),
    "LIAISON": _("Liaison"),
    "OFFICER": _("Officer"),
    "APPROVER": _("Approver"),
    "AUDITOR": _("Auditor"),
    "ADMINISTRATOR": _("Administrator"),
}
ENTRY_KINDS = {
    "OPENING": _("Opening balance"),
    "DONATION": _("Donation"),
    "REFUND": _("Refund"),
    "INTEREST": _("Interest"),
    "COST": _("Cost"),
    "PREPAYMENT": _("Prepayment"),
    "PURCHASE": _("Purchase"),
    "PRICE_REFUND": _("Price refund"),
    "ASSEMBLY": _("Kits assembled"),
    "BREAK_UP": _("Kits taken apart"),
    "YARN_OUT": _("Yarn handed out"),
    "KNITTING": _("Garments knitted"),
    "MOVE_OUT": _("Sent to another warehouse"),
    "MOVE_IN": _("Came from another warehouse"),
    "HAND_DOWN_OUT": _("Handed down"),
    "HAND_DOWN_IN": _("Hand-down received"),
    "HOLD": _("Held"),
    "RELEASE": _("Released"),
    "COUNT_SURPLUS": _("Found beyond the books"),
    "COUNT_SHORTAGE": _("Missing from the books"),
    "WRITE_OFF": _("Written off"),
    "SALE": _("Sold"),
    "RESERVE": _("Reserved"),
    "PACK": _("Packed"),
    "HAND_OVER": _("Handed over"),
    "LOSE": _("Lost"),
    "DAMAGE": _("Damaged"),
    "GRANT": _("Grant"),
}
ACCOUNT_KINDS = {
    "DONOR": _("Donor"),
    "SUPPLIER": _("Supplier"),
    "OPENING": _("Opening balance"),
    "ASSEMBLY": _("Workbench"),
    "INCOME": _("Income"),
    "SURPLUS": _("Found beyond the books"),
    "BANK": _("Bank"),
    "PREPAID": _("Prepaid"),
    "WAREHOUSE": _("Warehouse"),
    "QUARANTINE": _("Quarantine"),
    "RESERVED": _("Reserved for"),
    "PARCEL": _("Parcel"),
    "IN_TRANSIT": _("On the way"),
    "VOLUNTEER": _("Volunteer"),
    "HOUSEHOLD": _("Household"),
    "EXPENSE": _("Costs"),
    "SOLD": _("Sold"),
    "LOSS": _("Losses"),
}
VALUE_BASES = {
    "INVOICE": _("Invoice"),
    "CUSTOMS": _("Customs papers"),
    "AGREEMENT": _("Agreement"),
    "APPRAISAL": _("Appraisal"),
    "NONE": _("No value known"),
}
PERIOD_STATES = {
    "PROPOSED": _("Proposed"),
    "WITHDRAWN": _("Withdrawn"),
    "CLOSED": _("Closed"),
}
MANDATE_STATES = {
    "GRANTED": _("Waits for approval"),
    "LIVE": _("In force"),
    "EXPIRED": _("Expired"),
    "ENDED": _("Ended"),
}
FINDING_STATES = {
    "OPEN": _("Waits for an answer"),
    "ANSWERED": _("Answered"),
    "SETTLED": _("Settled"),
}
FINDING_SUBJECTS = {
    "ENTRY": _("Entry"),
    "PARCEL": _("Parcel"),
    "FUND": _("Fund"),
    "LEDGER": _("Ledger"),
}
SEVERITIES = {
    "NOTE": _("A note"),
    "DEFICIENCY": _("A deficiency"),
    "SERIOUS": _("Serious"),
}
NOTE_KINDS = {
    "RAISED": _("Raised"),
    "ANSWERED": _("Answered"),
    "ASKED": _("Asked on"),
    "SETTLED": _("Settled"),
}
# How an answer to a scan looks and sounds: go on, look again, or stop.
GOOD, AGAIN, STOP = "good", "again", "stop"
TONES = {"RECORDED": GOOD, "REPEATED": AGAIN, "ALREADY_DONE": AGAIN}


def tone_of(outcome: str) -> str:
    """Return how an answer looks and sounds."""
    return TONES.get(outcome, STOP)
