"""What the database refuses about people: that somebody was erased is added and never changed."""

from logistics.storage.triggers import append_only, declare

ERASURE_TRIGGERS = declare(append_only("parties_erasure"))
