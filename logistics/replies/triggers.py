"""What the database refuses about replies: facts are added and nothing else."""

from logistics.storage.triggers import append_only, declare

CARD_TRIGGERS = declare(
    [
        *append_only("replies_card"),
        *append_only("replies_covered", ("reply_id", "position")),
        *append_only("replies_decision", ("reply_id", "position")),
        *append_only("replies_thankedgift", ("decision_id", "donation_id")),
    ]
)
VISIT_TRIGGERS = declare(
    [
        *append_only("replies_visitdraw", ("organisation_id", "programme_id", "from_on", "to_on")),
        *append_only("replies_visitdrawing", ("draw_id",)),
        *append_only("replies_visit"),
        *append_only("replies_visitresult", ("visit_id",)),
        *append_only("replies_differencesettled", ("result_id",)),
    ]
)
GRIEVANCE_TRIGGERS = declare(
    [
        *append_only("replies_grievance", ("organisation_id", "year", "number"), ("receipt_index",)),
        *append_only("replies_grievancestep", ("grievance_id", "position")),
        *append_only("replies_readernaming", ("person_id", "position")),
    ]
)
