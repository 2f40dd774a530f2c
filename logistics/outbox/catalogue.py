"""The events there are: what each tells, in which fields, and which scope may hear of it."""

from collections.abc import Mapping
from dataclasses import dataclass

TEXT, NUMBER = "string", "integer"
# What partners send themselves to see that their end works; it never stands in the feed.
TEST_KIND = "webhook.test"


@dataclass(frozen=True)
class EventKind:
    """One kind of event: `fields` names what its data holds, each "string" or "integer"."""

    kind: str
    scope: str
    zh: str
    en: str
    fields: Mapping[str, str]

    def schema(self) -> dict[str, object]:
        """Say the data as JSON Schema (2020-12)."""
        return {
            "type": "object",
            "properties": {name: {"type": kind} for name, kind in self.fields.items()},
            "required": sorted(self.fields),
            "additionalProperties": False,
        }


_PARCEL = {"parcel": TEXT, "programme": TEXT, "state": TEXT}
_GIFT = {
    "donation": TEXT,
    "kind": TEXT,
    "programme": TEXT,
    "fund": TEXT,
    "amount": NUMBER,
    "currency": TEXT,
}
_PAPER = {"donation": TEXT, "number": TEXT, "revision": NUMBER}
_BILL = {"donation": TEXT, "bill": TEXT}
_REPLY = {"reply": TEXT, "subject_kind": TEXT, "subject": TEXT, "programme": TEXT, "gifts": NUMBER}
_MOVED = {"need": TEXT, "kind": TEXT, "holder": TEXT, "way": TEXT}
_NEED = {"need": TEXT, "kind": TEXT, "by": TEXT}
_NOTICE = {"notice": TEXT, "number": TEXT, "programme": TEXT, "count": NUMBER, "ends_on": TEXT}
_LIST = {"list": TEXT, "number": TEXT, "programme": TEXT, "count": NUMBER}
_GRANT = {"grant": TEXT, "fund": TEXT, "amount": NUMBER, "currency": TEXT}

_KINDS = (
    EventKind("donation.recorded", "donations:read", "收到一笔捐赠", "A gift was recorded", _GIFT),
    EventKind("acknowledgement.issued", "donations:read", "开具接收凭证", "An acknowledgement was issued", _PAPER),
    EventKind("acknowledgement.voided", "donations:read", "作废接收凭证", "An acknowledgement was voided", _PAPER),
    EventKind("official_bill.registered", "donations:read", "登记公益票据", "An official bill was registered", _BILL),
    EventKind("official_bill.voided", "donations:read", "作废公益票据", "An official bill was voided", _BILL),
    EventKind("grant.paid", "grants:write", "助学金已发放", "A grant was paid", _GRANT),
    EventKind("grant.returned", "grants:write", "助学金被银行退回", "A bank sent a grant back", _GRANT),
    EventKind("parcel.packed", "parcels:read", "包裹已装好", "A parcel was packed", _PARCEL),
    EventKind("parcel.dispatched", "parcels:read", "包裹已发出", "A parcel was dispatched", _PARCEL),
    EventKind("parcel.returned", "parcels:read", "包裹已退回", "A parcel came back", _PARCEL),
    EventKind("parcel.damaged", "parcels:read", "包裹受损", "A parcel was damaged", _PARCEL),
    EventKind("parcel.lost", "parcels:read", "包裹丢失", "A parcel was lost", _PARCEL),
    EventKind("delivery.confirmed", "parcels:read", "已交到家庭", "A family has its parcel", _PARCEL),
    EventKind("delivery.refused", "parcels:read", "家庭未接收", "A family refused its parcel", _PARCEL),
    EventKind("delivery.disputed", "parcels:read", "交付有争议", "Two hand-overs contradict each other", _PARCEL),
    EventKind("reply.released", "donations:read", "公开一份回音", "A family's reply was released to donors", _REPLY),
    EventKind("reply.withdrawn", "donations:read", "撤回一份回音", "A released reply was withdrawn", _REPLY),
    EventKind("need.moved", "needs:write", "需求换了负责单位", "Another body holds a need", _MOVED),
    EventKind("need.met", "needs:write", "需求已满足", "A need was met", _NEED),
    EventKind("notice.published", "needs:write", "已公示", "A public notice was published", _NOTICE),
    EventKind("list.approved", "needs:write", "发放名单已批准", "A distribution list was approved", _LIST),
)
CATALOGUE = {kind.kind: kind for kind in _KINDS}


def kinds_heard_with(scopes: frozenset[str]) -> list[str]:
    """List the kinds of events that a caller with these scopes may hear of."""
    return [kind.kind for kind in _KINDS if kind.scope in scopes]
