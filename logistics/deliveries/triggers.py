"""What the database refuses about scans: they are stored once and never changed."""

from logistics.storage.triggers import append_only, declare

TRIGGERS = declare(append_only("deliveries_scan"))
SETTLEMENT_TRIGGERS = declare(append_only("deliveries_settlement"))
