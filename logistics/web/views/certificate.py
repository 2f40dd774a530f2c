"""The self-made certificate of `up --https`, for telephones that shall trust it: without its key."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse


def certificate(request: HttpRequest) -> HttpResponse:
    """Give the certificate, where this installation has made itself one."""
    path = Path(settings.KEYS_DIR) / "https.crt"
    if not path.exists():
        raise Http404
    return HttpResponse(path.read_bytes(), content_type="application/x-x509-ca-cert")
