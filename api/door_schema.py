"""What the generator of the OpenAPI document asks a door: which scopes its operation needs."""

from typing import Any

from drf_spectacular.openapi import AutoSchema


class DoorSchema(AutoSchema):
    """Says the scopes of a door as alternatives of its one way to authenticate."""

    def get_auth(self) -> list[dict[str, Any]]:
        """Return one requirement for each scope of which the caller needs one."""
        if getattr(self.view, "is_public", False):
            return [{}]
        scopes = getattr(self.view, "scopes", {}).get(self.method, ())
        return [{"key": [scope]} for scope in scopes] or [{"key": []}]
