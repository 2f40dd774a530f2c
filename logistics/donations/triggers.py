"""What the database refuses about gifts: they are recorded once and never changed."""

from logistics.storage.triggers import append_only, declare

TRIGGERS = declare(
    [
        *append_only("donations_donation", ("partner_id", "kind", "reference"), ("code_id",), ("entry_id",)),
        *append_only("donations_line", ("lot_id",)),
    ]
)
