"""Tell whom an endpoint names, by mail, that it rests or was disabled; a mail that cannot go out stops nothing."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from logistics.outbox.endpoint_models import WebhookEndpoint

_log = logging.getLogger(__name__)
_RESTING = (
    "推送暂停 / Webhook endpoint is resting",
    "推送地址 {url} 连续失败 {count} 次，现在放慢重试；恢复后会自动补发，不会丢失。\n\n"
    "The endpoint {url} failed {count} times in a row. It is tried less often now; when it answers again, "
    "everything that waits is sent, and nothing is lost.",
)
_DISABLED = (
    "推送停用 / Webhook endpoint was disabled",
    "推送地址 {url} 已停用（{reason}）。修好后请在“推送”页面启用，并从最后收到的编号起重发。\n\n"
    "The endpoint {url} was disabled ({reason}). When it is mended, enable it and ask for everything after the last "
    "number that you had.",
)


def tell_resting(endpoint: WebhookEndpoint) -> None:
    """Tell that an endpoint rests, after the commit."""
    _tell(endpoint, *_RESTING)


def tell_disabled(endpoint: WebhookEndpoint) -> None:
    """Tell that an endpoint was disabled, after the commit."""
    _tell(endpoint, *_DISABLED)


def _tell(endpoint: WebhookEndpoint, subject: str, text: str) -> None:
    if not endpoint.notify_email:
        return
    facts = {"url": endpoint.url, "count": endpoint.failures_in_a_row, "reason": endpoint.disabled_reason}
    address, body = endpoint.notify_email, text.format(**facts)
    transaction.on_commit(lambda: _send(address, subject, body), robust=True)


def _send(address: str, subject: str, body: str) -> None:
    try:
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [address])
    except OSError as error:
        _log.warning("A notice about an endpoint could not be mailed: %s", error)
