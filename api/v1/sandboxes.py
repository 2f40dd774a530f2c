"""The sandbox of an organisation: what stands in it, and how it is begun anew."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from logistics.partners.models import Sandbox
from logistics.partners.reads import get_sandbox
from logistics.partners.sandboxes import codes_in, reset_sandbox


class SandboxCodesAnswer(serializers.Serializer):
    """The codes of what a sandbox begins with; new ones with each reset."""

    programme = serializers.CharField()
    fund = serializers.CharField()
    warehouse = serializers.CharField()
    supplier = serializers.CharField()
    kit_recipe = serializers.CharField()
    items = serializers.ListField(child=serializers.CharField())


class SandboxAnswer(serializers.Serializer):
    """A sandbox. What is registered in it has codes that begin with `mark` and a hyphen."""

    organisation = serializers.CharField()
    mark = serializers.CharField()
    opened_at = serializers.DateTimeField()
    codes = SandboxCodesAnswer()


class Sandboxes(Door):
    """The sandbox."""

    @documented(
        "Get the sandbox",
        "For a key for tests, the one that it works on; for others that of their organisation. The codes to begin with"
        " stand here.",
        answers={200: SandboxAnswer},
        tag="keys",
    )
    def get(self, request: Request) -> Response:
        """Get."""
        return Response(said_sandbox(get_sandbox(self.actor.organisation)))


class ResetSandboxes(Door):
    """The sandbox anew."""

    scopes = {"POST": ("admin",)}
    # Afterwards the caller is another holder: a stored answer would never be found again.
    is_once = False

    @documented(
        "Reset the sandbox",
        "Closes it and opens another one with 100 kits, money, a family. Keys and webhook endpoints move there; codes"
        " are new, and references that were used may be used again.",
        request=None,
        answers={200: SandboxAnswer},
        problems=(409,),
        tag="keys",
    )
    def post(self, request: Request) -> Response:
        """Reset."""
        now, standing = timezone.now(), get_sandbox(self.actor.organisation)
        return Response(said_sandbox(reset_sandbox(sandbox=standing, now=now, cause=self.actor.cause(now))))


def said_sandbox(row: Sandbox) -> dict[str, Any]:
    """Say a sandbox."""
    return {
        "organisation": row.organisation.code,
        "mark": row.mark,
        "opened_at": row.opened_at.isoformat(),
        "codes": codes_in(row),
    }
