"""From where a request comes: what the connection says, or what proxies say that this installation trusts."""

from django.http import HttpRequest
from rest_framework.request import Request

from logistics.partners.networks import sender_of


def address_of(request: HttpRequest | Request) -> str:
    """Return the address of whoever sent the request; empty where it cannot be known."""
    return sender_of(request.META)
