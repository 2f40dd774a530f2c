"""What a device carries on a round, so that it can answer without a network: no name, no address, no telephone.

Household and collectors' cards stand as hashes of their codes: 75 random bits, so the list tells nobody a card that was
not scanned. A collector's name has too few: it is not carried, and what a scan says of it is judged when it arrives.
"""

import datetime as dt
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from logistics.codes.models import Code, CodeState
from logistics.deliveries.round_models import DistributionRound, RoundParcel
from logistics.households.collectors import standing_collectors
from logistics.households.persons import families_as_one
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.stock.models import Item

# For each household all that are one with it by merges.
Families = Mapping[uuid.UUID, set[uuid.UUID]]
# A pack outlives its round's day by this, and is never older than that when a device must fetch it again.
VALID_DAYS = 2


class PackLot(TypedDict):
    """A dated lot in a parcel, by the code on its label."""

    code: str
    lot: str
    expires_on: str


class PackLine(TypedDict):
    """One line of contents: the item's code and barcode, where they are known, tell what is put in."""

    item: str | None
    barcode: str | None
    name: dict[str, str]
    quantity: int


class PackParcel(TypedDict):
    """One parcel of a pack."""

    code: str
    state: str
    programme: dict[str, str]
    township: str
    contents: list[PackLine]
    household_reference: str | None
    card: str | None
    other_cards: list[str]
    collector_cards: list[str]
    lots: list[PackLot]
    required_proofs: list[str]
    needs_two: bool
    recalled: bool


class Pack(TypedDict):
    """Everything that a device carries on a round."""

    parcels: list[PackParcel]
    revoked: list[str]
    mark: str
    host: str


_COLUMNS = (
    *("code__text", "state", "programme__name_zh", "programme__name_en", "programme__required_proofs"),
    *("township", "contents", "contents_text", "household__reference", "household__card_code__text", "recalled_at"),
    "household_id",
)


@dataclass(frozen=True)
class Beside:
    """What stands beside the parcels of a round, each read once for all of them."""

    lots: Mapping[str, str]
    barcodes: Mapping[str, str]
    cards: Mapping[uuid.UUID, list[str]]
    collector_cards: Mapping[uuid.UUID, list[str]]


def pack_of(distribution: DistributionRound, organisation: Organisation) -> Pack:
    """Put together what a device of an organisation carries on a round, in seven statements however long it is.

    Where families were merged a few more tell of their other cards.
    """
    rows = list(
        RoundParcel.objects.filter(round=distribution)
        .order_by("parcel__township", "parcel__code__text")
        .values_list(*(f"parcel__{column}" for column in _COLUMNS))
    )
    families = families_as_one({row[-1] for row in rows if row[-1]})
    beside = Beside(
        lots=_lot_codes({str(piece[0]) for row in rows for piece in row[6] if piece[4]}),
        barcodes=_barcodes({line["item"] for row in rows for line in row[7] if line.get("item")}),
        cards=_cards(families, organisation),
        collector_cards=_collector_cards(families),
    )
    return {
        "parcels": [_parcel(row, beside) for row in rows],
        "revoked": _revoked(distribution),
        "mark": settings.CODE_MARK,
        "host": settings.CODE_HOST,
    }


def valid_until(distribution: DistributionRound, now: dt.datetime) -> dt.datetime:
    """Say until when a device may rely on a pack fetched now."""
    day = max(distribution.held_on, timezone.localdate(now))
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=VALID_DAYS), dt.time()))


def _parcel(row: Sequence[Any], beside: Beside) -> PackParcel:
    code, state, zh, en, proofs, township, contents, texts, reference, card, recalled_at, household_id = row
    dated = {str(piece[0]): str(piece[4]) for piece in contents if piece[4]}
    required = [str(kind) for kind in proofs]
    return {
        "code": str(code),
        "state": str(state),
        "programme": {"zh": str(zh), "en": str(en or zh)},
        "township": str(township),
        "contents": [_line(line, beside.barcodes) for line in texts],
        "household_reference": str(reference) if reference else None,
        "card": _hashed(card) if card else None,
        "other_cards": [_hashed(other) for other in beside.cards.get(household_id, []) if other != card],
        "collector_cards": beside.collector_cards.get(household_id, []),
        "lots": [
            {"code": beside.lots[lot], "lot": lot, "expires_on": expires_on}
            for lot, expires_on in dated.items()
            if lot in beside.lots
        ],
        "required_proofs": required,
        "needs_two": "TWO_PERSONS" in required,
        "recalled": recalled_at is not None,
    }


def _line(line: Mapping[str, Any], barcodes: Mapping[str, str]) -> PackLine:
    # Parcels that were planned before the line kept its item say only what it is called.
    item = line.get("item")
    return {
        "item": item,
        "barcode": barcodes.get(item) if item else None,
        "name": {"zh": line["zh"], "en": line["en"]},
        "quantity": line["quantity"],
    }


def _hashed(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _barcodes(items: Collection[str]) -> dict[str, str]:
    """Return the barcodes of items by the item's code."""
    if not items:
        return {}
    return dict(Item.objects.filter(code__in=items).exclude(barcode="").values_list("code", "barcode"))


def _cards(families: Families, organisation: Organisation) -> Mapping[uuid.UUID, list[str]]:
    """Return the cards of the families among these that were entered twice and merged, by household.

    Just those that the server knows when a device of this organisation scans them.
    """
    as_one = {key: family for key, family in families.items() if len(family) > 1}
    if not as_one:
        return {}
    rows = Code.objects.filter(kind="HOUSEHOLD_CARD", subject_id__in=set().union(*as_one.values()))
    rows = rows.filter(state=CodeState.ACTIVE, organisation_id__in=organisation_ids_below(organisation))
    known = list(rows.order_by("text").values_list("subject_id", "text"))
    return {key: [text for subject_id, text in known if subject_id in family] for key, family in as_one.items()}


def _collector_cards(families: Families) -> Mapping[uuid.UUID, list[str]]:
    """Return the hashed cards of who may collect for these families, or for what was merged with them, by family."""
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    rows = standing_collectors(set().union(*families.values())).filter(card_code__state=CodeState.ACTIVE)
    for household_id, card in rows.values_list("household_id", "card_code__text"):
        found[household_id].append(_hashed(card))
    return {key: [card for one in sorted(family) for card in found[one]] for key, family in families.items()}


def _lot_codes(lots: set[str]) -> dict[str, str]:
    """Return the codes on the labels of lots, by the lot's id."""
    if not lots:
        return {}
    ids = [uuid.UUID(lot) for lot in lots]
    rows = Code.objects.filter(kind="LOT", subject_id__in=ids, state=CodeState.ACTIVE)
    return {str(lot): text for lot, text in rows.values_list("subject_id", "text")}


def _revoked(distribution: DistributionRound) -> list[str]:
    """List the revoked codes of the round's parcels and families: a label that was replaced is still about."""
    places = RoundParcel.objects.filter(round=distribution)
    subjects = Q(kind="PARCEL", subject_id__in=places.values("parcel_id"))
    subjects |= Q(kind="HOUSEHOLD_CARD", subject_id__in=places.values("parcel__household_id"))
    rows = Code.objects.filter(subjects, state=CodeState.REVOKED)
    return list(rows.order_by("text").values_list("text", flat=True))
