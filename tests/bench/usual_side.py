"""The other side of `scan-cpu`: the DRF view that is usually written for this, doing the same work on the same tables.

ModelSerializer in and out, `select_for_update`, `save()` of each row: the scan, the parcel, and where it posts the
entry, its transfers and both balances, then the leaf, what waits for the sequencer, and the event, in one transaction,
with Django's and DRF's own defaults around it. It asks for our key, by our own cache; everything else is ordinary.
"""

from typing import Any

from django.db import transaction
from django.urls import path
from django.utils import timezone
from rest_framework import serializers, views
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import KeyAuthentication
from logistics.deliveries.models import ScanEvent
from logistics.deliveries.sealed import leaf_of_scan
from logistics.journal.leaves import leaf_of_entry
from logistics.journal.log import Leaf, UnsealedLeaf
from logistics.journal.models import Balance, EntryKind, JournalEntry, Transfer
from logistics.journal.postings import LeafData
from logistics.kernel.spans import count_of_units, with_span, without_span
from logistics.outbox.models import Event
from logistics.parcels.actions import pieces_of
from logistics.parcels.models import Parcel

NEXT = {"PACK": ("PLANNED", "PACKED"), "SEAL": ("PACKED", "SEALED")}


class ParcelSerializer(serializers.ModelSerializer[Parcel]):
    """The parcel in the answer."""

    code = serializers.CharField(source="code.text")
    programme_zh = serializers.CharField(source="programme.name_zh")
    programme_en = serializers.CharField(source="programme.name_en")

    class Meta:
        model = Parcel
        fields = ("id", "code", "state", "programme_zh", "programme_en", "township", "contents_text")


class ScanSerializer(serializers.ModelSerializer[ScanEvent]):
    """One scan, in and out."""

    scan_id = serializers.UUIDField(source="id")
    code = serializers.CharField(source="code_text", max_length=200)
    parcel = ParcelSerializer(read_only=True)

    class Meta:
        model = ScanEvent
        fields = ("scan_id", "code", "step", "scanned_at", "sequence", "outcome", "received_at", "parcel")
        read_only_fields = ("outcome", "received_at")


class UsualScan(views.APIView):
    """Record one scan."""

    authentication_classes = (KeyAuthentication,)

    def post(self, request: Request) -> Response:
        """Record."""
        serializer = ScanSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            known = ScanEvent.objects.filter(id=serializer.validated_data["id"]).first()
            scan = known or _recorded(serializer, request.auth)
        return Response(ScanSerializer(scan).data)


def _recorded(serializer: ScanSerializer, key: Any) -> ScanEvent:
    values, now = serializer.validated_data, timezone.now()
    related = ("code", "programme", "organisation", "reserved_account", "parcel_account")
    rows = Parcel.objects.select_for_update(of=("self",)).select_related(*related)
    parcel = rows.get(code__text=values["code_text"])
    if not parcel.organisation.path.startswith(key.organisation.path):
        raise PermissionDenied
    before, after = NEXT[values["step"]]
    if parcel.state != before:
        raise serializers.ValidationError({"step": f"The parcel is {parcel.state}."})
    scan: ScanEvent = serializer.save(
        parcel=parcel,
        organisation_id=parcel.organisation_id,
        outcome="RECORDED",
        content_sha256="0" * 64,
        offset_minutes=0,
        received_at=now,
        skew_ms=0,
        device_id=key.id,
    )
    _sealed(leaf_of_scan(scan))
    if values["step"] == "PACK":
        _posted(parcel, scan, key)
        Event.objects.create(
            kind="parcel.packed",
            organisation_id=parcel.organisation_id,
            subject_id=parcel.id,
            payload={"parcel": parcel.code.text, "programme": parcel.programme.code, "state": after},
            happened_at=now,
        )
        parcel.packed_at = scan.scanned_at
    parcel.state, parcel.state_since = after, now
    parcel.save()
    return scan


def _posted(parcel: Parcel, scan: ScanEvent, key: Any) -> None:
    pieces = pieces_of(parcel)
    entry = JournalEntry.objects.create(
        kind=EntryKind.PACK,
        organisation_id=parcel.organisation_id,
        idempotency_key=f"scan:{scan.id}:PACK",
        actor_id=key.id,
        transfer_count=len(pieces),
        occurred_at=scan.scanned_at,
        booked_on=timezone.localdate(scan.scanned_at),
        posted_at=scan.received_at,
    )
    transfers = []
    for position, piece in enumerate(pieces):
        credit = Balance.objects.select_for_update().get(account=parcel.reserved_account, lot_id=piece.lot_id)
        credit.spans = without_span([(start, stop) for start, stop in credit.spans], piece.span)
        _weighed(credit, -piece.value_minor)
        debit = Balance.objects.select_for_update().filter(account=parcel.parcel_account, lot_id=piece.lot_id).first()
        debit = debit or Balance(
            account=parcel.parcel_account, lot_id=piece.lot_id, quantity=0, value_minor=0, spans=[], version=0
        )
        debit.spans = with_span([(start, stop) for start, stop in debit.spans], piece.span)
        _weighed(debit, piece.value_minor)
        transfers.append(
            Transfer.objects.create(
                entry=entry,
                position=position,
                lot_id=piece.lot_id,
                credit=parcel.reserved_account,
                debit=parcel.parcel_account,
                start=piece.start,
                stop=piece.stop,
                value_minor=piece.value_minor,
                is_origin=False,
            )
        )
    _sealed(leaf_of_entry(entry, transfers, [], []))


def _weighed(balance: Balance, value_minor: int) -> None:
    spans = [(start, stop) for start, stop in balance.spans]
    balance.quantity = count_of_units(spans)
    balance.value_minor += value_minor
    balance.low, balance.high = (spans[0][0], spans[-1][1]) if spans else (0, 0)
    balance.version += 1
    balance.save()


def _sealed(leaf: LeafData) -> None:
    row = Leaf.objects.create(
        kind=leaf.kind, subject_id=leaf.subject_id, organisation_id=leaf.organisation_id, data=leaf.data
    )
    UnsealedLeaf.objects.create(leaf=row)


urlpatterns = [path("scans", UsualScan.as_view())]
