"""The tamper-evident log: checkpoints for anybody, and the proof that an entry is under one."""

import uuid

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request

from api.doors import Door, documented
from logistics.audits.access import require_day
from logistics.journal.reads import get_entry
from logistics.journal.sealing import get_checkpoint, latest_checkpoint, proof_of_entry
from logistics.parties.access import organisation_ids_below

TEXT = "text/plain; charset=utf-8"


class LatestCheckpoint(Door):
    """The newest checkpoint."""

    is_public = True

    @documented(
        "Read the newest checkpoint",
        "A C2SP tlog-checkpoint as a signed note: whose log, how many leaves, which root, signed. Keep it: it shows "
        "later that nothing of what it covers was changed.",
        answers={200: OpenApiTypes.STR},
        tag="log",
        is_public=True,
    )
    def get(self, request: Request) -> HttpResponse:
        """Read."""
        return HttpResponse(latest_checkpoint().note, content_type=TEXT)


class Checkpoints(Door):
    """A checkpoint by its size."""

    is_public = True

    @documented(
        "Read a checkpoint",
        "The checkpoint at this number of leaves.",
        answers={200: OpenApiTypes.STR},
        tag="log",
        is_public=True,
    )
    def get(self, request: Request, size: int) -> HttpResponse:
        """Read."""
        return HttpResponse(get_checkpoint(size=size).note, content_type=TEXT)


class EntryProofs(Door):
    """The proof of an entry."""

    scopes = {"GET": ("ledgers:read",)}

    @documented(
        "Prove an entry",
        "A C2SP tlog-proof: the entry's leaf is under the newest checkpoint. It can be checked offline.",
        answers={200: OpenApiTypes.STR},
        problems=(409,),
        tag="log",
    )
    def get(self, request: Request, entry_id: uuid.UUID) -> HttpResponse:
        """Prove."""
        entry = get_entry(entry_id=entry_id, organisation_ids=organisation_ids_below(self.actor.organisation))
        require_day(self.actor, entry.booked_on)
        return HttpResponse(proof_of_entry(entry.id), content_type=TEXT)
