"""What every page shows: the way to the other pages, who is here, and the version."""

from django.conf import settings
from django.http import HttpRequest

from logistics.parties.models import Person
from logistics.web.doors import SCANNERS
from logistics.web.ways import navigation


def page(request: HttpRequest) -> dict[str, object]:
    """Return the navigation, who is here, and the version."""
    person = getattr(request, "user", None)
    known = person if isinstance(person, Person) else None
    return {
        "navigation": navigation(known, request.path) if known else None,
        "person": known,
        "has_pin": bool(known and known.has_role(*SCANNERS)),
        "version": settings.VERSION,
        "languages": settings.LANGUAGES,
    }
