"""What the database refuses about checks and visits: they stay as they were written; an erasure empties a note.

What a check's paper says may be written anew, since it is encrypted and keys rotate.
"""

from logistics.storage.triggers import declare, never_replaced, refusing_when
from logistics.volunteering import companion_models, errand_models, knitting_models, wish_models

__all__ = ["companion_models", "errand_models", "knitting_models", "wish_models"]

_CHECK, _VISIT = "volunteering_check", "volunteering_companionvisit"
_OF_CHECK = ("id", "volunteer_id", "kind", "checked_on", "expires_on", "recorded_at", "recorded_by_id")
_OTHER = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _OF_CHECK)
_FIXED = ("id", "companionship_id", "visited_on", "recorded_at", "recorded_by_id")
_CHANGED = " OR ".join(["NEW.note <> ''", *(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FIXED)])

TRIGGERS = declare(
    [
        *never_replaced(_CHECK),
        refusing_when(f"{_CHECK}_fixed", _CHECK, "BEFORE UPDATE", "append_only", _OTHER, _OTHER),
        *never_replaced(_VISIT),
        refusing_when(f"{_VISIT}_only_emptied", _VISIT, "BEFORE UPDATE", "append_only", _CHANGED, _CHANGED),
    ]
)
