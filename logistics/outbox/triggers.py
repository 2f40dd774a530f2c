"""What the database refuses about events, and what it does with each new one."""

from logistics.storage.triggers import Trigger, append_only, declare

TRIGGERS = declare(append_only("outbox_event"))

_WAIT = "INSERT INTO outbox_unnumbered (event_id) VALUES (NEW.id);"
FEED_TRIGGERS = declare(
    [
        Trigger("outbox_event_waits", "outbox_event", "AFTER INSERT", _WAIT, f"{_WAIT}\nRETURN NULL;"),
        *append_only("outbox_numbered", ("event_id",)),
        *append_only("outbox_try"),
    ]
)
