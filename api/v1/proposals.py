"""What one proposes and another approves: how it is said, and the two doors that decide."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.fields import MomentField, StrictSerializer, TextField
from logistics.parties.actors import Actor
from logistics.parties.proposals import Proposal, ProposalState, get_proposal, reject

P = TypeVar("P", bound=Proposal)
READ = ("admin", "ledgers:read")
WRITE = ("admin",)


class ProposalInput(StrictSerializer):
    """What every proposal says."""

    evidence_sha256 = TextField(
        length=64, help_text="SHA-256 of the document that proves it, in lower-case hexadecimal."
    )
    reason = TextField(length=500, required=False, allow_blank=True, default="")
    reference = TextField(length=120, help_text="The caller's own number for it, unique for ever.")


class ProposalAnswer(serializers.Serializer):
    """A proposal; `entry` stands from its approval on."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=ProposalState.choices)
    organisation = serializers.CharField()
    reference = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    evidence_sha256 = serializers.CharField()
    happened_at = serializers.DateTimeField()
    proposed_at = serializers.DateTimeField()
    proposed_by = serializers.UUIDField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.UUIDField(allow_null=True)
    entry = serializers.UUIDField(allow_null=True)


def said_proposal(row: Proposal, **more: Any) -> dict[str, Any]:
    """Say a proposal."""
    moment = MomentField().to_representation
    return {
        "id": str(row.id),
        "state": row.state,
        "organisation": row.organisation.code,
        "reference": row.reference,
        "reason": row.reason,
        "evidence_sha256": row.evidence_sha256,
        "happened_at": moment(row.happened_at),
        "proposed_at": moment(row.proposed_at),
        "proposed_by": str(row.proposed_by_id),
        "decided_at": moment(row.decided_at) if row.decided_at else None,
        "decided_by": str(row.decided_by_id) if row.decided_by_id else None,
        "entry": str(row.entry_id) if row.entry_id else None,
        **more,
    }


def reading_door(
    model: type[P],
    noun: str,
    *,
    say: Callable[[P], dict[str, Any]],
    answer: type[serializers.Serializer],
    tag: str,
    scope: Sequence[str] = READ,
) -> type[Door]:
    """Make the door that reads one proposal of a kind."""

    class Reading(Door):
        """One proposal."""

        scopes = {"GET": tuple(scope)}

        @documented(f"Read {noun}", "By its id.", answers={200: answer}, tag=tag)
        def get(self, request: Request, proposal_id: uuid.UUID) -> Response:
            """Read."""
            return Response(say(get_proposal(model, proposal_id=proposal_id, organisation=self.actor.organisation)))

    return Reading


def deciding_doors(
    model: type[P],
    noun: str,
    *,
    approve: Callable[[Actor, P], P],
    say: Callable[[P], dict[str, Any]],
    answer: type[serializers.Serializer],
    tag: str,
    scope: Sequence[str] = WRITE,
) -> tuple[type[Door], type[Door]]:
    """Make the doors that approve and reject a kind of proposal."""
    needed = {"POST": tuple(scope)}

    class Approvals(Door):
        """Proposals approved."""

        scopes, posts_to_books = needed, True

        @documented(
            f"Approve {noun}",
            "Not by who proposed it. It is booked now.",
            request=None,
            answers={200: answer},
            problems=(409, 413, 415, 422),
            tag=tag,
            is_repeatable=True,
        )
        def post(self, request: Request, proposal_id: uuid.UUID) -> Response:
            """Approve."""
            row = get_proposal(model, proposal_id=proposal_id, organisation=self.actor.organisation)
            return Response(say(approve(self.actor, row)))

    class Rejections(Door):
        """Proposals rejected."""

        scopes = needed

        @documented(
            f"Reject {noun}",
            "Also how its proposer takes it back. Nothing is booked.",
            request=None,
            answers={200: answer},
            problems=(409, 413, 415, 422),
            tag=tag,
            is_repeatable=True,
        )
        def post(self, request: Request, proposal_id: uuid.UUID) -> Response:
            """Reject."""
            row = get_proposal(model, proposal_id=proposal_id, organisation=self.actor.organisation)
            return Response(say(reject(row, actor=self.actor, now=timezone.now())))

    return Approvals, Rejections
