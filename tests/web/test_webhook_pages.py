"""Webhooks at the pages: an administrator registers, tests, rotates, disables; nobody else sees them."""

import json

import pytest

from logistics.outbox.delivering import deliver_due
from logistics.outbox.endpoint_models import WebhookEndpoint
from tests.cast import World
from tests.outbox.conftest import endpoint, receiver  # noqa: F401  # -- fixtures
from tests.outbox.receiver import Receiver
from tests.web.conftest import Visitor

URL = "https://93.184.216.34/hook"


@pytest.fixture
def administrator(world: World) -> Visitor:
    """The administrator at a page."""
    return Visitor("administrator")


def test_an_address_is_registered_and_its_secret_shown_when_asked_for(administrator: Visitor) -> None:
    assert "还没有推送对象" in administrator.get("/webhooks").content.decode()
    answer = administrator.send("/webhooks", url=URL, description="示例基金会", kinds=["parcel.packed"])
    row = WebhookEndpoint.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/webhooks/{row.id}")
    assert row.secret not in administrator.get(f"/webhooks/{row.id}").content.decode()
    page = administrator.get(f"/webhooks/{row.id}?secret")
    assert row.secret in page.content.decode() and page["Cache-Control"] == "no-store"


def test_a_wrong_address_is_refused_beside_the_field(administrator: Visitor) -> None:
    page = administrator.send("/webhooks", url="https://127.0.0.1/")
    assert page.status_code == 422
    assert "公网" in str(page.context["form"].errors["url"])
    assert not WebhookEndpoint.objects.exists()


def test_a_test_is_sent_and_its_tries_are_shown(
    administrator: Visitor,
    world: World,
    endpoint: WebhookEndpoint,  # noqa: F811
    receiver: Receiver,  # noqa: F811
) -> None:
    from django.utils import timezone

    receiver.statuses = [503]
    administrator.client.post(f"/webhooks/{endpoint.id}/test")
    deliver_due(clock=timezone.now)
    page = administrator.get(f"/webhooks/{endpoint.id}").content.decode()
    assert "503 status" in page and "webhook.test" in page
    delivery = endpoint.deliveries.get()
    administrator.client.post(f"/webhooks/{endpoint.id}/again/{delivery.id}")
    deliver_due(clock=timezone.now)
    assert [json.loads(body)["type"] for body in receiver.bodies()] == ["webhook.test"] * 2


def test_an_address_is_disabled_and_enabled_again_and_its_secret_replaced(
    administrator: Visitor,
    world: World,
    endpoint: WebhookEndpoint,  # noqa: F811
) -> None:
    for state in ("DISABLED", "ENABLED"):
        administrator.client.post(f"/webhooks/{endpoint.id}/switch")
        assert WebhookEndpoint.objects.get().state == state
    administrator.client.post(f"/webhooks/{endpoint.id}/rotate")
    assert WebhookEndpoint.objects.get().previous_secret == endpoint.secret


@pytest.mark.parametrize("username", ["keeper", "officer", "auditor"])
def test_others_find_nothing_there(world: World, endpoint: WebhookEndpoint, username: str) -> None:  # noqa: F811
    for path in ("/webhooks", f"/webhooks/{endpoint.id}"):
        assert Visitor(username).get(path).status_code == 404
