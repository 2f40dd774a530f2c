"""What is known of scans that a device has made and not handed in yet: gaps in its own numbers."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from logistics.deliveries.models import ScanEvent
from logistics.parties.models import Device

# Older gaps are never filled any more, and counting all numbers of a busy device would take long.
NUMBERS_LOOKED_AT = 2_000


@dataclass(frozen=True)
class HandedIn:
    """The highest number that a device has handed in, and how many below it are missing.

    What it has made since its last one is not known here.
    """

    last: int
    missing: int


def handed_in_by(device_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, HandedIn]:
    """Tell for each device that has scanned how far it is, in one statement. Devices number their scans from 1."""
    own = ScanEvent.objects.filter(device_id=OuterRef("id")).order_by()
    last = own.order_by("-sequence").values("sequence")[:1]
    recent = own.filter(sequence__gte=OuterRef("last") - NUMBERS_LOOKED_AT + 1, sequence__gt=0)
    there = recent.values("device_id").annotate(number=Count("sequence", distinct=True)).values("number")
    rows = Device.objects.filter(id__in=list(device_ids)).annotate(last=Subquery(last))
    counted = rows.annotate(there=Coalesce(Subquery(there), 0)).values_list("id", "last", "there")
    return {
        device: HandedIn(last, max(0, min(last, NUMBERS_LOOKED_AT) - there))
        for device, last, there in counted
        if last is not None
    }
