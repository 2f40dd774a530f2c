"""Which mandate an auditor of several bodies works under: chosen at a page, good for the API's session too."""

import uuid

from django.http import HttpRequest

from logistics.audits.models import AuditMandate

MANDATE_KEY = "mandate"


def chosen_mandate(request: HttpRequest) -> uuid.UUID | None:
    """Return the mandate that was chosen in this session, or None."""
    chosen = request.session.get(MANDATE_KEY) if hasattr(request, "session") else None
    return uuid.UUID(chosen) if chosen else None


def choose_mandate(request: HttpRequest, mandate: AuditMandate) -> None:
    """Work under this mandate from now on; whether it is in force is asked at every request."""
    request.session[MANDATE_KEY] = str(mandate.id)
