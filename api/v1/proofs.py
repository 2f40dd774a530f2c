"""Proofs of delivery: the bytes of signatures and photos, checked against the hash that a scan names."""

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.parsing import raw_body
from logistics.deliveries.proofs import keep_proof
from logistics.households.proofs import PROOF_BYTES_MAX

PROOF_TYPES = ("image/jpeg", "image/png")


class ProofAnswer(serializers.Serializer):
    """What is kept. A device forgets its copy only after this answer."""

    sha256 = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes that are kept.")


class Proofs(Door):
    """The bytes of one proof."""

    scopes = {"PUT": ("scans:write",)}

    @documented(
        "Keep a proof",
        "JPEG or PNG, at most 8 MB and 20 megapixels, with the hash in the address. Safe to repeat: 201 when it is "
        "new, 200 when your organisation has sent it before. Kept encrypted, without what a camera wrote beside the "
        "picture (place, owner, time); nobody reads it here again by its hash.",
        request=dict.fromkeys(PROOF_TYPES, OpenApiTypes.BINARY),
        answers={201: ProofAnswer, 200: ProofAnswer},
        problems=(409, 413, 415, 422),
        tag="scans",
    )
    def put(self, request: Request, sha256: str) -> Response:
        """Keep."""
        media_type = (request.content_type or "").split(";")[0].strip().lower()
        if media_type not in PROOF_TYPES:
            raise UnsupportedMediaType(media_type[:60])
        data = raw_body(request, PROOF_BYTES_MAX)
        row, is_new = keep_proof(actor=self.actor, sha256=sha256, data=data, now=timezone.now())
        return Response({"sha256": row.sha256, "size": row.size_bytes}, status=201 if is_new else 200)
