"""What every page shows: the way to the other pages, by what the person may do."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from logistics.parties.models import Person, Role
from logistics.replies.cards import RECORDERS
from logistics.replies.grievances import RECORDERS as LISTENERS
from logistics.replies.visits import VISITORS
from logistics.sponsorships.letters import RECORDERS as LETTER_RECORDERS
from logistics.web.doors import ADMINISTRATORS, AUDITORS, CARERS, KEEPERS, LIAISONS, OFFICERS, PACKERS, SCANNERS


class Way(NamedTuple):
    """One entry of the navigation: the name of an address and its words."""

    name: str
    words: Promise
    roles: tuple[str, ...]


WAYS = (
    Way("web:stock", _("Stock"), PACKERS),
    Way("web:receive", _("Receive"), KEEPERS),
    Way("web:transits", _("On the way"), CARERS),
    Way("web:counts", _("Stock-takes"), CARERS),
    Way("web:care", _("Set aside"), CARERS),
    Way("web:assemble", _("Assemble"), KEEPERS),
    Way("web:plan", _("Plan parcels"), PACKERS),
    Way("web:labels", _("Labels"), PACKERS),
    Way("web:papers", _("Paper"), PACKERS + OFFICERS),
    Way("web:returned-sheets", _("Returned sheets"), OFFICERS),
    Way("web:scan", _("Scan"), SCANNERS),
    Way("web:rounds", _("Rounds"), SCANNERS),
    Way("web:devices", _("Devices"), OFFICERS),
    Way("web:attention", _("Attention"), OFFICERS),
    Way("web:parcels", _("Parcels"), PACKERS + OFFICERS),
    Way("web:gifts", _("Gifts received"), AUDITORS),
    Way("web:funds", _("Funds"), OFFICERS),
    Way("web:money", _("Money"), OFFICERS),
    Way("web:purchases", _("Purchases"), PACKERS + OFFICERS),
    Way("web:knitting", _("Knitting"), PACKERS),
    Way("web:grants", _("Grants"), OFFICERS),
    Way("web:households", _("Households"), OFFICERS),
    Way("web:visits", _("Home visits"), LIAISONS),
    Way("web:needs", _("Needs"), LIAISONS),
    Way("web:wishes", _("Micro-wishes"), OFFICERS),
    Way("web:errands", _("Errands"), OFFICERS),
    Way("web:volunteers", _("Volunteers"), OFFICERS),
    Way("web:replies", _("Replies"), RECORDERS),
    Way("web:verifications", _("Verification visits"), VISITORS),
    Way("web:applications", _("Applications"), (Role.LIAISON, *OFFICERS)),
    Way("web:public-notices", _("Public notices"), OFFICERS),
    Way("web:lists", _("Lists"), OFFICERS),
    Way("web:grievances", _("Grievances"), LISTENERS),
    Way("web:sponsorships", _("Sponsorships"), LETTER_RECORDERS),
    Way("web:ledgers", _("Ledgers"), AUDITORS),
    Way("web:trace", _("Trace"), AUDITORS),
    Way("web:audit", _("Audit"), AUDITORS),
    Way("web:masters", _("Master data"), ADMINISTRATORS),
    Way("web:mandates", _("Auditors"), ADMINISTRATORS),
    Way("web:keys", _("Keys of programs"), ADMINISTRATORS),
    Way("web:webhooks", _("Webhooks"), ADMINISTRATORS),
)


def page(request: HttpRequest) -> dict[str, object]:
    """Return the navigation, who is here, and the version."""
    person = getattr(request, "user", None)
    known = person if isinstance(person, Person) else None
    match = getattr(request, "resolver_match", None)
    return {
        "ways": [way for way in WAYS if known and known.has_role(*way.roles)],
        "here": match.view_name if match else "",
        "person": known,
        "has_pin": bool(known and known.has_role(*SCANNERS)),
        "version": settings.VERSION,
        "languages": settings.LANGUAGES,
    }
