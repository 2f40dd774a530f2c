"""What the database refuses about checks and visits: they stay as they were written; an erasure empties a note.

What is encrypted may be written anew, since keys rotate.
"""

from logistics.storage.triggers import append_only, declare, never_replaced, refusing_when
from logistics.volunteering import companion_models, erasure_models, errand_models, knitting_models, wish_models

__all__ = ["companion_models", "erasure_models", "errand_models", "knitting_models", "wish_models"]

_CHECK, _VISIT = "volunteering_check", "volunteering_companionvisit"
_OF_CHECK = ("id", "volunteer_id", "kind", "checked_on", "expires_on", "recorded_at", "recorded_by_id")
_OTHER = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _OF_CHECK)
_FIXED = ("id", "companionship_id", "visited_on", "recorded_at", "recorded_by_id")
# Emptied, or encrypted with another key; what was emptied stays so.
_WRITTEN = (
    "NEW.note IS DISTINCT FROM OLD.note AND NEW.note <> '' AND (OLD.note = '' OR substr(NEW.note, 1, 3) <> 'v1.')"
)
_CHANGED = " OR ".join([f"({_WRITTEN})", *(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FIXED)])

TRIGGERS = declare(
    [
        *never_replaced(_CHECK),
        refusing_when(f"{_CHECK}_fixed", _CHECK, "BEFORE UPDATE", "append_only", _OTHER, _OTHER),
        *never_replaced(_VISIT),
        refusing_when(f"{_VISIT}_only_emptied", _VISIT, "BEFORE UPDATE", "append_only", _CHANGED, _CHANGED),
    ]
)
ERASURE_TRIGGERS = declare(append_only("volunteering_erasure"))
