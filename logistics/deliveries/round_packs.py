"""What a device carries on a round, so that it can answer without a network: no name, no address, no telephone.

Household cards stand as hashes of their codes: 75 random bits, so the list tells nobody a card that was not scanned.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import TypedDict

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from logistics.codes.models import Code, CodeState
from logistics.deliveries.round_models import DistributionRound, RoundParcel

# A pack outlives its round's day by this, and is never older than that when a device must fetch it again.
VALID_DAYS = 2


class PackLot(TypedDict):
    """A dated lot in a parcel, by the code on its label."""

    code: str
    lot: str
    expires_on: str


class PackLine(TypedDict):
    """One line of contents."""

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
)


def pack_of(distribution: DistributionRound) -> Pack:
    """Put together what a device carries on a round, in three statements however long it is."""
    rows = list(
        RoundParcel.objects.filter(round=distribution)
        .order_by("parcel__township", "parcel__code__text")
        .values_list(*(f"parcel__{column}" for column in _COLUMNS))
    )
    lots = _lot_codes({str(piece[0]) for row in rows for piece in row[6] if piece[4]})
    return {
        "parcels": [_parcel(row, lots) for row in rows],
        "revoked": _revoked(distribution),
        "mark": settings.CODE_MARK,
        "host": settings.CODE_HOST,
    }


def valid_until(distribution: DistributionRound, now: dt.datetime) -> dt.datetime:
    """Say until when a device may rely on a pack fetched now."""
    day = max(distribution.held_on, timezone.localdate(now))
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=VALID_DAYS), dt.time()))


def _parcel(row: Sequence[object], lots: Mapping[str, str]) -> PackParcel:
    code, state, zh, en, proofs, township, contents, texts, reference, card, recalled_at = row
    dated = {str(piece[0]): str(piece[4]) for piece in contents if piece[4]}  # type: ignore[attr-defined]  # -- JSON
    required = [str(kind) for kind in proofs]  # type: ignore[attr-defined]  # -- JSON
    return {
        "code": str(code),
        "state": str(state),
        "programme": {"zh": str(zh), "en": str(en or zh)},
        "township": str(township),
        "contents": [
            {"name": {"zh": line["zh"], "en": line["en"]}, "quantity": line["quantity"]}
            for line in texts  # type: ignore[attr-defined]  # -- JSON
        ],
        "household_reference": str(reference) if reference else None,
        "card": hashlib.sha256(str(card).encode()).hexdigest() if card else None,
        "lots": [
            {"code": lots[lot], "lot": lot, "expires_on": expires_on}
            for lot, expires_on in dated.items()
            if lot in lots
        ],
        "required_proofs": required,
        "needs_two": "TWO_PERSONS" in required,
        "recalled": recalled_at is not None,
    }


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
