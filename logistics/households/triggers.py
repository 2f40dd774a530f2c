"""What the database refuses about the logs of views, and about merges."""

from logistics.households import collector_models, duplicate_models, family_models, proof_models
from logistics.storage.triggers import append_only, declare, never_replaced

__all__ = ["collector_models", "duplicate_models", "family_models", "proof_models"]

TRIGGERS = declare(append_only("households_view"))
PROOF_TRIGGERS = declare(append_only("households_proofview"))
MERGE_TRIGGERS = declare(
    never_replaced("households_householdmerge", "absorbed_id = NEW.absorbed_id AND undone_at IS NULL")
)
ERASURE_TRIGGERS = declare(append_only("households_erasure"))
