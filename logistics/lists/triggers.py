"""What the database refuses about lists: decisions are added, notices and approved lists are frozen."""

from logistics.storage.triggers import Trigger, append_only, decided_once, declare, never_replaced, refusing_when

_APPLICATION_FIXED = (
    *("organisation_id", "programme_id", "round_name", "reference", "household_id", "beneficiary_id", "whom_id"),
    *("need_id", "source", "urgency", "waiting_since", "filed_at", "filed_by_id"),
)
_OBJECTION_FIXED = ("notice_id", "application_id", "raised_at", "text_commitment")
_ALLOCATION_FIXED = ("entry_id", "list_id", "kind", "subject_id", "allocated_at", "allocated_by_id")
_MARK_FIXED = ("subject_id", "organisation_id", "programme_id", "round_name", "key_hash", "served_on")
_LIST_FIXED = (
    *("organisation_id", "programme_id", "round_name", "notice_id", "weights_id", "ranked_on", "offers"),
    *("proposed_at", "proposed_by_id"),
)
_WEIGHTS_FIXED = ("programme_id", "number", "weights", "in_force_from", "reason", "proposed_at", "proposed_by_id")


def _kept(table: str, fixed: tuple[str, ...], is_over: str, *keys: tuple[str, ...] | str) -> list[Trigger]:
    """Declare that rows stay, that their fixed columns never change, and nothing does once `is_over` of OLD."""
    # JSON columns of PostgreSQL know no equality: none is fixed here.
    changed = " OR ".join([is_over, *(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed)])
    rule = refusing_when(f"{table}_fixed", table, "BEFORE UPDATE", "append_only", changed, changed)
    return [*never_replaced(table, *keys), rule]


# Keys that count for some rows only, by their whole condition.
_STANDS = "state NOT IN ('REFUSED', 'WITHDRAWN') AND NEW.state NOT IN ('REFUSED', 'WITHDRAWN')"
_APPLIED = f"programme_id = NEW.programme_id AND round_name = NEW.round_name AND whom_id = NEW.whom_id AND {_STANDS}"
_DRAFTED = "notice_id = NEW.notice_id AND state = 'PROPOSED' AND NEW.state = 'PROPOSED'"
_SERVED = "application_id = NEW.application_id AND offer IS NOT NULL AND NEW.offer IS NOT NULL"
_NOT_RELEASED = "released_at IS NULL AND NEW.released_at IS NULL"
_PROMISED = f"entry_id = NEW.entry_id AND {_NOT_RELEASED}"
_MARKED = (
    f"programme_id = NEW.programme_id AND round_name = NEW.round_name AND key_hash = NEW.key_hash AND {_NOT_RELEASED}"
)

# What was answered stays; where it came from is forgotten.
_ANSWER = ("state", "answered_at", "answered_by_id", "answer_commitment")
_ANSWERS = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _ANSWER)
_OBJECTION_OVER = (
    f"(OLD.state <> 'OPEN' AND ({_ANSWERS})) OR "
    "(NEW.source_index IS DISTINCT FROM OLD.source_index AND NEW.source_index IS NOT NULL)"
)

# An entry of a list that is no longer being decided would be added behind everybody's back.
_LATE_ENTRY = "NOT EXISTS (SELECT 1 FROM lists_list l WHERE l.id = NEW.list_id AND l.state = 'PROPOSED')"

TRIGGERS = declare(
    [
        *_kept("lists_application", _APPLICATION_FIXED, "false", ("reference",), _APPLIED),
        *append_only("lists_applicationstep"),
        *append_only("lists_notice", ("organisation_id", "year", "number")),
        *append_only("lists_noticeentry", ("application_id",)),
        *_kept("lists_objection", _OBJECTION_FIXED, _OBJECTION_OVER),
        *decided_once("lists_weights", _WEIGHTS_FIXED, ("programme_id", "number")),
        *decided_once("lists_list", _LIST_FIXED, ("organisation_id", "year", "number"), _DRAFTED),
        *append_only("lists_listentry", ("list_id", "place"), _SERVED),
        refusing_when(
            "lists_listentry_in_time", "lists_listentry", "BEFORE INSERT", "append_only", _LATE_ENTRY, _LATE_ENTRY
        ),
        *_kept("lists_allocation", _ALLOCATION_FIXED, "OLD.released_at IS NOT NULL", ("subject_id",), _PROMISED),
        *_kept("lists_servedmark", _MARK_FIXED, "OLD.released_at IS NOT NULL", _MARKED),
    ]
)
