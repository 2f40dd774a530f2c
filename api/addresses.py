"""From where a request comes: what the connection says, or what proxies say that this installation trusts."""

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

from logistics.partners.networks import is_within


def address_of(request: HttpRequest | Request) -> str:
    """Return the address of whoever sent the request; empty where it cannot be known.

    `X-Forwarded-For` counts only behind a proxy of TRUSTED_PROXIES, and is read from its end: the last address that is
    no such proxy. What stands before it was written by the caller and proves nothing.
    """
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    told = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    waiting = [part.strip() for part in told.split(",")] if told else []
    while waiting and is_within(nearest, settings.TRUSTED_PROXIES):
        nearest = waiting.pop()
    return nearest
