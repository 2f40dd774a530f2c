"""What the database refuses about the logs of views."""

from logistics.households import collector_models, family_models, proof_models
from logistics.storage.triggers import append_only, declare

__all__ = ["collector_models", "family_models", "proof_models"]

TRIGGERS = declare(append_only("households_view"))
PROOF_TRIGGERS = declare(append_only("households_proofview"))
