"""A receiver that may be called, and an endpoint that points at it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from logistics.outbox.endpoint_models import WebhookEndpoint
from logistics.outbox.endpoints import register_endpoint
from tests.cast import World
from tests.outbox.receiver import ADDRESS, Receiver, receiving


@pytest.fixture
def receiver(tmp_path: Path, settings: Any) -> Iterator[Receiver]:
    """A receiver whose address is allowed and whose certificate is trusted."""
    with receiving(tmp_path) as receiver:
        settings.WEBHOOK_NETWORKS = [f"{ADDRESS}/32"]
        settings.WEBHOOK_CA_FILE = str(receiver.certificate)
        yield receiver


@pytest.fixture
def endpoint(world: World, receiver: Receiver) -> WebhookEndpoint:
    """The county's endpoint at the receiver."""
    return register_endpoint(
        organisation_id=world.county.id, url=receiver.url, kinds=[], notify_email="it@example.org", now=world.now
    )
