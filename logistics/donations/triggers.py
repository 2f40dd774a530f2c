"""What the database refuses about gifts: they are recorded once and never changed."""

from logistics.donations import paper_triggers
from logistics.donations.refund_models import Refund
from logistics.parties.proposals import proposal_triggers
from logistics.storage.triggers import append_only, declare

__all__ = ["paper_triggers"]

TRIGGERS = declare(
    [
        *append_only("donations_donation", ("partner_id", "kind", "reference"), ("code_id",), ("entry_id",)),
        *append_only("donations_line", ("lot_id",)),
    ]
)

REFUND_TRIGGERS = declare(proposal_triggers(Refund, "donation_id", "amount_minor", "lines"))
