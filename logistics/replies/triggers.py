"""What the database refuses about replies: facts are added and nothing else."""

from logistics.storage.triggers import append_only, declare, only_emptied

_OF_GRIEVANCE = (
    *("id", "organisation_id", "year", "number", "kind", "is_sensitive", "channel", "parcel_id", "about_id"),
    *("receipt_index", "text_commitment", "contact_commitment", "recorded_by_id", "received_at", "due_at"),
)
_KEYS_OF_GRIEVANCE = (("organisation_id", "year", "number"), ("receipt_index",))

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
        # Where it came from is forgotten.
        *only_emptied("replies_grievance", _OF_GRIEVANCE, "source_index", *_KEYS_OF_GRIEVANCE),
        *append_only("replies_grievancestep", ("grievance_id", "position")),
        *append_only("replies_readernaming", ("person_id", "position")),
    ]
)
