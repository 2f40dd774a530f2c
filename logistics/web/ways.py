"""The navigation: pages in sections, in the order of the field's work, shown to whom they open."""

import functools
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from logistics.parties.models import Person
from logistics.replies.cards import RECORDERS
from logistics.replies.grievances import RECORDERS as LISTENERS
from logistics.replies.visits import VISITORS
from logistics.sponsorships.letters import RECORDERS as LETTER_RECORDERS
from logistics.web.doors import ADMINISTRATORS, AUDITORS, CARERS, KEEPERS, LIAISONS, OFFICERS, PACKERS, SCANNERS

# Whoever has no more pages than these sees them all at once.
WAYS_AT_ONCE = 8


class Way(NamedTuple):
    """One page: the name of its address, its words, who may open it, and where further pages of it begin."""

    name: str
    words: Promise
    roles: tuple[str, ...]
    more: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where it leads."""
        return _path(self.name)

    def reach(self, path: str) -> int:
        """Return how much of a path these pages' addresses cover, 0 for none."""
        begins = (self.path.rstrip("/"), *self.more)
        return max((len(begin) for begin in begins if path == begin or path.startswith(f"{begin}/")), default=0)


class Section(NamedTuple):
    """Pages that belong together."""

    words: Promise
    ways: tuple[Way, ...]


SECTIONS = (
    Section(
        _("Goods"),
        (
            Way("web:stock", _("Stock"), PACKERS),
            Way("web:receive", _("Receive"), KEEPERS),
            Way("web:purchases", _("Purchases"), PACKERS + OFFICERS),
            Way("web:assemble", _("Assemble"), KEEPERS),
            Way("web:transits", _("On the way"), CARERS, ("/moves", "/hand-downs/goods")),
            Way("web:counts", _("Stock-takes"), CARERS),
            Way("web:care", _("Set aside"), CARERS, ("/holds", "/recalls", "/write-offs")),
            Way("web:knitting", _("Knitting"), PACKERS, ("/knitters",)),
        ),
    ),
    Section(
        _("Parcels"),
        (
            Way("web:parcels", _("Parcels"), PACKERS + OFFICERS),
            Way("web:plan", _("Plan parcels"), PACKERS),
            Way("web:labels", _("Labels"), PACKERS),
            Way("web:papers", _("Paper"), PACKERS + OFFICERS),
            Way("web:scan", _("Scan"), SCANNERS),
            Way("web:rounds", _("Rounds"), SCANNERS),
            Way("web:returned-sheets", _("Returned sheets"), OFFICERS),
            Way("web:attention", _("Attention"), OFFICERS),
            Way("web:devices", _("Devices"), OFFICERS),
        ),
    ),
    Section(
        _("Families"),
        (
            Way("web:households", _("Households"), OFFICERS),
            Way("web:family-find", _("Find a family"), LIAISONS, ("/households/new",)),
            Way("web:townships", _("Map of townships"), OFFICERS),
            Way("web:visits", _("Home visits"), LIAISONS),
            Way("web:needs", _("Needs"), LIAISONS),
            Way("web:applications", _("Applications"), LIAISONS),
            Way("web:public-notices", _("Public notices"), OFFICERS, ("/objections",)),
            Way("web:lists", _("Lists"), OFFICERS),
            Way("web:replies", _("Replies"), RECORDERS),
            Way("web:verifications", _("Verification visits"), VISITORS),
            Way("web:grievances", _("Grievances"), LISTENERS),
        ),
    ),
    Section(
        _("Volunteering"),
        (
            Way("web:wishes", _("Micro-wishes"), OFFICERS),
            Way("web:errands", _("Errands"), OFFICERS),
            Way("web:volunteers", _("Volunteers"), OFFICERS, ("/volunteering",)),
            Way("web:sponsorships", _("Sponsorships"), LETTER_RECORDERS),
        ),
    ),
    Section(
        _("Money"),
        (
            Way("web:gifts", _("Gifts received"), AUDITORS, ("/imports", "/pledges")),
            Way("web:funds", _("Funds"), OFFICERS),
            Way("web:money", _("Costs and interest"), OFFICERS, ("/agreements", "/hand-downs/money")),
            Way("web:grants", _("Grants"), OFFICERS, ("/payment-batches",)),
        ),
    ),
    Section(
        _("Books"),
        (
            Way("web:ledgers", _("Ledgers"), AUDITORS),
            Way("web:trace", _("Trace"), AUDITORS),
            Way("web:audit", _("Audit"), AUDITORS, ("/entries",)),
        ),
    ),
    Section(
        _("Administration"),
        (
            Way("web:masters", _("Master data"), ADMINISTRATORS),
            Way("web:mandates", _("Auditors"), ADMINISTRATORS),
            Way("web:keys", _("Keys of programs"), ADMINISTRATORS),
            Way("web:webhooks", _("Webhooks"), ADMINISTRATORS),
        ),
    ),
)


class Navigation(NamedTuple):
    """What one page shows: sections with their first page, the pages of the section in which it lies, and itself."""

    sections: list[tuple[Section, str]]
    ways: list[Way]
    section: Section | None
    way: Way | None


def navigation(person: Person, path: str) -> Navigation:
    """Choose the pages that a person may open, and where the page of this path lies among them."""
    open_ways = [(section, way) for section in SECTIONS for way in section.ways if person.has_role(*way.roles)]
    nearest = max(open_ways, key=lambda one: one[1].reach(path), default=None)
    section, way = nearest if nearest and nearest[1].reach(path) else (None, None)
    if len(open_ways) <= WAYS_AT_ONCE:
        return Navigation([], [one for _, one in open_ways], None, way)
    firsts = {one: first.path for one, first in reversed(open_ways)}
    sections = [(one, firsts[one]) for one in SECTIONS if one in firsts]
    return Navigation(sections, [one for of, one in open_ways if of is section], section, way)


@functools.cache
def _path(name: str) -> str:
    return reverse(name)
