"""What the database refuses about sponsorships: facts are added and nothing else."""

from logistics.storage.triggers import append_only, declare

TRIGGERS = declare(
    [
        *append_only("sponsorships_sponsorship", ("code_id",)),
        *append_only("sponsorships_step", ("sponsorship_id", "position")),
        *append_only("sponsorships_grant", ("grant_id",)),
        *append_only("sponsorships_letter"),
        *append_only("sponsorships_letterdecision", ("letter_id",)),
    ]
)
WITHDRAWAL_TRIGGERS = declare(append_only("sponsorships_letterwithdrawal", ("letter_id",)))
