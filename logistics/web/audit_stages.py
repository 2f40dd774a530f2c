"""The order of an auditor's work: received, kept, managed, given out, with the ways down from each."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Stage(NamedTuple):
    """One stage of the order of work: its sign, its words, its ledgers, the figures that matter, further pages."""

    sign: str
    words: Promise
    ledgers: tuple[str, ...]
    figures: tuple[str, ...]
    pages: tuple[tuple[str, Promise], ...]


STAGES = (
    Stage(
        "收",
        _("What came in"),
        ("donations",),
        ("gifts", "received", "goods_value"),
        (("audit/sample?of=gifts", _("Draw a sample of gifts")),),
    ),
    Stage("存", _("What is kept"), ("stock",), ("kits_on_hand", "value"), (("stock", _("Stock by warehouse")),)),
    Stage(
        "管",
        _("How it is managed"),
        ("funds", "journal", "vouchers", "trial-balance"),
        ("received", "spent", "granted", "balance"),
        (
            ("audit/sample?of=entries", _("Draw a sample of entries")),
            ("audit/periods", _("Periods and closings")),
            ("audit/changes", _("Changes of master data")),
        ),
    ),
    Stage(
        "发",
        _("What was given out"),
        ("distribution",),
        ("parcels_delivered", "value_delivered", "households_served_with_goods", "unposted"),
        (
            ("audit/sample?of=parcels", _("Draw a sample of parcels")),
            ("audit/evidence", _("From a parcel in the hand to its entries")),
        ),
    ),
)
