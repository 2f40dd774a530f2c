"""The pages for what is not there and what broke; under /api/ both are problem documents."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from api.problems import answer_broken, answer_not_found, answer_unreadable


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that Django itself could not read, such as one for a host that is not ours."""
    if request.path.startswith("/api/"):
        return answer_unreadable(request)
    return render(request, "web/unreadable.html", status=400)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that is not there."""
    if request.path.startswith("/api/"):
        return answer_not_found(request)
    return render(request, "web/not_found.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when something broke here."""
    if request.path.startswith("/api/"):
        return answer_broken(request)
    return render(request, "web/broken.html", status=500)
