"""What the database refuses about audits: looks, findings and notes are added and nothing else."""

from logistics.storage.triggers import append_only, declare

TRIGGERS = declare(
    [
        *append_only("audits_look"),
        *append_only("audits_finding", ("organisation_id", "year", "number")),
        *append_only("audits_findingnote", ("finding_id", "position")),
    ]
)
