"""What the database refuses about the log of views."""

from logistics.storage.triggers import append_only, declare

TRIGGERS = declare(append_only("households_view"))
