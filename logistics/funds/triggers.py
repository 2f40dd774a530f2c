"""What the database refuses about funds' terms."""

from logistics.storage.triggers import append_only, declare

TRIGGERS = declare(append_only("funds_revision", ("fund_id", "number")))
