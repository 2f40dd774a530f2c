"""Whose gifts came in each parcel of the period: a line a gift, to the fen, to the township, never a person."""

import csv
import io
from collections.abc import Iterator

from logistics.ledgers.formats import harmless
from logistics.ledgers.traces import trace_of_parcel
from logistics.parcels.models import Parcel
from logistics.press.bundles.bundle import Bundle

PARCELS_PER_PART = 100


def trace_csv(bundle: Bundle) -> Iterator[bytes]:
    """Write what each gift gave to each parcel that was delivered in the period."""
    yield b"\xef\xbb\xbf" + _lines([[f"{zh} {name}" for name, zh in _COLUMNS]])
    scope, asked = bundle.scope, bundle.asked
    parcels = Parcel.objects.filter(
        organisation__in=[organisation.id for organisation in bundle.organisations],
        delivered_at__date__gte=asked.from_on,
        delivered_at__date__lte=asked.until,
        delivered_at__lte=bundle.known_at,
    )
    assert scope.organisation is not None
    part: list[list[str | int | None]] = []
    for parcel in parcels.select_related("code").order_by("id").iterator(chunk_size=PARCELS_PER_PART):
        for gift in trace_of_parcel(parcel).gifts:
            told = (parcel.code.text, parcel.township, gift.donation_code, gift.donor_reference)
            part.append([*map(harmless, told), gift.quantity, gift.value_minor, gift.received_at.date().isoformat()])
        if len(part) >= PARCELS_PER_PART:
            yield _lines(part)
            part = []
    yield _lines(part)


def _lines(rows: list[list[str | int | None]] | list[list[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode()


_COLUMNS = (
    ("parcel", "包裹码"),
    ("township", "乡镇"),
    ("donation", "捐赠编号"),
    ("donor", "捐赠人代号"),
    ("quantity", "数量"),
    ("value", "价值(分)"),
    ("received_on", "接收日期"),
)
