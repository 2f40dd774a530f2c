"""Calls that carry a key go straight to their door: sessions, CSRF, sign-in and messages are for people at pages.

A key authenticates the call by itself, and `KeyAuthentication` refuses one that does not before anybody's session would
be asked. So nothing is left out that guards such a call; the headers of the answer are the same as of every other.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, get_resolver
from django.utils import translation
from django.utils.cache import patch_vary_headers
from rest_framework.views import APIView

PREFIX = "/api/v1/"
GetResponse = Callable[[HttpRequest], HttpResponse]


class KeyCalls:
    """Answers calls that carry a key; everything else goes on to the pages' middleware."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or go on."""
        door = _door_of(request)
        if door is None:
            return self._get_response(request)
        # Refuses a host that is not ours, as every page does.
        request.get_host()
        language = translation.get_language_from_request(request)
        translation.activate(language)
        response = door(request)
        if not response.streaming and "Content-Length" not in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language",))
        return response


def _door_of(request: HttpRequest) -> GetResponse | None:
    """Find the door that a call with a key wants; None for every other request."""
    if "HTTP_AUTHORIZATION" not in request.META or not request.path_info.startswith(PREFIX):
        return None
    try:
        match = get_resolver().resolve(request.path_info)
    except Resolver404:
        return None
    view = getattr(match.func, "cls", None)
    if view is None or not issubclass(view, APIView):
        return None
    request.resolver_match = match

    def answer(asked: HttpRequest) -> HttpResponse:
        response: HttpResponse = match.func(asked, *match.args, **match.kwargs)
        # A door answers with a response that is drawn later; nothing draws it here but us.
        render = getattr(response, "render", None)
        return render() if render is not None else response

    return answer
