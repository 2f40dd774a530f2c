"""Charts and views of names are added and nothing else."""

from logistics.storage.triggers import append_only, declare

TRIGGERS = declare([*append_only("ledgers_chart"), *append_only("ledgers_unmaskedview")])
