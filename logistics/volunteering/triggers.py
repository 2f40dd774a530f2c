"""What the database refuses about checks and visits: they stay as they were written; an erasure empties a note."""

from logistics.storage.triggers import append_only, declare, never_replaced, refusing_when
from logistics.volunteering import companion_models, errand_models, knitting_models, wish_models

__all__ = ["companion_models", "errand_models", "knitting_models", "wish_models"]

_VISIT = "volunteering_companionvisit"
_FIXED = ("id", "companionship_id", "visited_on", "recorded_at", "recorded_by_id")
_CHANGED = " OR ".join(["NEW.note <> ''", *(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FIXED)])

TRIGGERS = declare(
    [
        *append_only("volunteering_check"),
        *never_replaced(_VISIT),
        refusing_when(f"{_VISIT}_only_emptied", _VISIT, "BEFORE UPDATE", "append_only", _CHANGED, _CHANGED),
    ]
)
