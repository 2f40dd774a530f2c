"""What every answer tells the browser: nothing comes from elsewhere, nothing runs that is not ours."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from logistics.kernel.refusals import Missing, NotAllowed, Refusal
from logistics.web.doors import language

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none';"
    " form-action 'self'"
)
PERMISSIONS = "camera=(self), microphone=(), geolocation=(self)"


class RefusalsInWords:
    """Answers a refusal that no form has shown: what is not there as such, the rest in its own words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else is not ours to answer."""
        if not isinstance(exception, Refusal):
            return None
        if isinstance(exception, Missing):
            return render(request, "web/not_found.html", status=404)
        status = 403 if isinstance(exception, NotAllowed) else 409
        return render(request, "web/refused.html", {"words": exception.message(language())}, status=status)


class ContentSecurityPolicy:
    """Adds the policy to every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers."""
        response = self._get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response
