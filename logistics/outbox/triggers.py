"""What the database refuses about events."""

from logistics.storage.triggers import append_only, declare

TRIGGERS = declare(append_only("outbox_event"))
