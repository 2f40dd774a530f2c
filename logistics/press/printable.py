"""For which parcels a label may be printed."""

from logistics.kernel.refusals import Conflicting

# A label that says nothing true any more is not printed.
UNPRINTABLE_STATES = frozenset({"CANCELLED", "DELIVERED", "DISPUTED", "LOST"})


class ParcelNotPrintable(Conflicting):
    code = "parcel_not_printable"
    zh = "包裹 {parcel} 的状态是 {state}，不再打印标签。"
    en = "Parcel {parcel} is {state}; no label is printed for it."


class LabelRevoked(Conflicting):
    code = "label_revoked"
    zh = "包裹 {parcel} 的标签已作废，请先补发新标签。"
    en = "The label of parcel {parcel} was revoked; reprint it to get a new code."


def require_printable(*, text: str, state: str, code_state: str) -> None:
    """Refuse ParcelNotPrintable or LabelRevoked for a parcel in this state whose code, `text`, is in that one."""
    if state in UNPRINTABLE_STATES:
        raise ParcelNotPrintable(parcel=text, state=state, pointer="/parcels")
    if code_state != "ACTIVE":
        raise LabelRevoked(parcel=text, pointer="/parcels")
