"""Sign what is sent (Standard Webhooks: HMAC-SHA256 over id, time and body; one signature for each valid secret)."""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import secrets

from logistics.outbox.endpoint_models import WebhookEndpoint

SECRET_PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """Make a secret as the standard writes it: `whsec_` and base64."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(endpoint: WebhookEndpoint, *, message: str, body: bytes, now: dt.datetime) -> dict[str, str]:
    """Write the three headers of a message; while a secret is being replaced, both sign."""
    moment = str(int(now.timestamp()))
    keys = [endpoint.secret]
    if endpoint.previous_secret and endpoint.previous_secret_until and endpoint.previous_secret_until > now:
        keys.append(endpoint.previous_secret)
    signed = f"{message}.{moment}.".encode() + body
    return {
        "webhook-id": message,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(_signature(key, signed) for key in keys),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = binascii.a2b_base64(secret.removeprefix(SECRET_PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
