"""What the database refuses about prints."""

from logistics.storage.triggers import append_only, declare

TRIGGERS = declare(append_only("codes_print"))
