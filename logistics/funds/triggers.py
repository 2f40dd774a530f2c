"""What the database refuses about funds: terms, agreements and rules stand, proposals are decided once."""

from logistics.funds.money_models import Cost, Interest, Reversal
from logistics.parties.proposals import proposal_triggers
from logistics.storage.triggers import append_only, declare

TRIGGERS = declare(append_only("funds_revision", ("fund_id", "number")))

_OTHER_REVERSAL = "NEW.state <> 'REJECTED' AND state <> 'REJECTED' AND reverses_id = NEW.reverses_id"
MONEY_TRIGGERS = declare(
    [
        *append_only("funds_agreement", ("fund_id", "number")),
        *append_only("funds_costrule", ("organisation_kind", "basis", "in_force_from")),
        *proposal_triggers(Interest, "fund_id", "joins_id", "amount_minor", "currency"),
        *proposal_triggers(Cost, "fund_id", "category", "payee", "amount_minor", "currency"),
        *proposal_triggers(Reversal, "reverses_id", unique_keys=[_OTHER_REVERSAL]),
    ]
)
