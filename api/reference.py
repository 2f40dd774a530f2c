"""The second page of the documentation: ReDoc, for reading, beside Swagger's, for trying."""

from typing import Any

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularRedocView
from rest_framework.request import Request
from rest_framework.response import Response

# ReDoc writes its styles into the page and searches in a worker of its own making; nothing comes from elsewhere.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src blob:; object-src 'none';"
    " base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


@extend_schema(exclude=True)
class ReferencePage(SpectacularRedocView):
    """ReDoc, served from here."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show the page."""
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]  # -- untyped there
        response.headers["Content-Security-Policy"] = POLICY
        return response
