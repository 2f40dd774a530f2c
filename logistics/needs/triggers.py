"""What the database refuses about needs: visits, steps and holders are added and nothing else."""

from logistics.storage.triggers import append_only, declare

TRIGGERS = declare(
    [
        *append_only("needs_visit"),
        *append_only("needs_step"),
        *append_only("needs_holder", ("need_id", "position")),
    ]
)
