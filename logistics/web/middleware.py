"""What every answer tells the browser: nothing comes from elsewhere, nothing runs that is not ours."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from logistics.kernel.refusals import Missing, NotAllowed, Refusal
from logistics.setup.logs import NO_ROUTE, request_id
from logistics.setup.metrics import count_answer
from logistics.web.doors import language

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none';"
    " form-action 'self'"
)
PERMISSIONS = "camera=(self), microphone=(), geolocation=(self)"


REQUEST_ID_FORM = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_log = logging.getLogger("nuanliu.answers")


class Watched:
    """Gives each request an id that stands in the answer, in every log line and in a problem; counts and logs answers.

    What is logged is the pattern of the address: an address may hold a code, and a body may name a family.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the id."""
        told = request.headers.get("X-Request-Id", "")
        name = told if REQUEST_ID_FORM.fullmatch(told) else uuid.uuid4().hex
        token, began = request_id.set(name), time.perf_counter()
        try:
            response = self._get_response(request)
            response.headers["X-Request-Id"] = name
            _note(request, response.status_code, time.perf_counter() - began)
            return response
        finally:
            request_id.reset(token)


def _note(request: HttpRequest, status: int, seconds: float) -> None:
    match = request.resolver_match
    route = match.route if match else NO_ROUTE
    method = request.method if request.method in _METHODS else "OTHER"
    count_answer(method=method, route=route, status=status, seconds=seconds)
    facts = {"method": method, "route": route, "status": status, "milliseconds": round(seconds * 1000)}
    _log.info("%s /%s %s %s ms", *facts.values(), extra=facts)


class RefusalsInWords:
    """Answers a refusal that no form has shown: what is not there as such, the rest in its own words.

    An address with a zero byte, in its path or after it, is nothing's: PostgreSQL would not even be asked for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on."""
        asks_nothing = "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "")
        if asks_nothing and not request.path.startswith("/api/"):
            return render(request, "web/not_found.html", status=404)
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
