"""What the database refuses about checks and visits: they stay as they were written."""

from logistics.storage.triggers import append_only, declare
from logistics.volunteering import companion_models, errand_models, knitting_models, wish_models

__all__ = ["companion_models", "errand_models", "knitting_models", "wish_models"]

TRIGGERS = declare([*append_only("volunteering_check"), *append_only("volunteering_companionvisit")])
