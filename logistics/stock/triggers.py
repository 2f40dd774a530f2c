"""What the database refuses about goods in our care: facts never change, and what is settled stays settled."""

from logistics.parties.proposals import proposal_triggers
from logistics.stock.money_models import Opening
from logistics.storage.triggers import append_only, declare, only_erased, settled_for_ever

_UNDER_WAY = "NEW.state IN ('OPEN', 'COUNTED') AND state IN ('OPEN', 'COUNTED') AND warehouse_id = NEW.warehouse_id"
_OF_CLOSED_TAKE = (
    "EXISTS (SELECT 1 FROM stock_stocktake t WHERE t.id = OLD.stock_take_id AND t.state IN ('APPROVED', 'DROPPED'))"
)

TRIGGERS = declare(
    [
        *append_only("stock_purchasereceipt", ("entry_id",)),
        *append_only("stock_count", ("line_id", "number")),
        *append_only("stock_recalledlot", ("recall_id", "lot_id")),
        *settled_for_ever("stock_move", "OLD.state = 'CONFIRMED'", ("account_id",), ("entry_id",)),
        *settled_for_ever(
            "stock_handdown",
            "OLD.state = 'CONFIRMED'",
            ("account_id",),
            ("entry_id",),
            ("partner_id", "reference"),
        ),
        *settled_for_ever("stock_stocktake", "OLD.state IN ('APPROVED', 'DROPPED')", _UNDER_WAY),
        *settled_for_ever("stock_countline", _OF_CLOSED_TAKE, ("stock_take_id", "lot_id"), ("entry_id",)),
        *settled_for_ever("stock_recall", "OLD.lifted_at IS NOT NULL"),
        *settled_for_ever("stock_hold", "OLD.left = 0", ("entry_id",)),
        *settled_for_ever("stock_disposal", "OLD.state <> 'PROPOSED'", ("entry_id",), ("proceeds_entry_id",)),
    ]
)

_OF_YARN_MOVE = (
    *("id", "knitter_id", "kind", "fund_id", "warehouse_id", "yarn_id", "yarn_quantity", "garment_id"),
    *("garment_quantity", "happened_at", "partner_id", "reference", "request_sha256", "recorded_at"),
    *("recorded_by_id", "entry_id"),
)
# Opening balances, what suppliers paid back, and yarn.
MONEY_TRIGGERS = declare(
    [
        *proposal_triggers(
            Opening, "fund_id", "number", "amount_minor", "currency", unique_keys=[("fund_id", "number")]
        ),
        *append_only("stock_openingline"),
        *append_only("stock_pricerefund", ("partner_id", "reference"), ("entry_id",)),
        *only_erased("stock_yarnmove", _OF_YARN_MOVE, "note", ("partner_id", "reference"), ("entry_id",)),
    ]
)
_ALL_TOLD = "OLD.sent = OLD.received + OLD.lost + OLD.damaged + OLD.returned"
TRANSIT_TRIGGERS = declare(settled_for_ever("stock_transitline", _ALL_TOLD))
