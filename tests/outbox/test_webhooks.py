"""Webhooks against a real receiver: signed, in order, again and again until heard, and told truly."""

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.core import mail
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from logistics.outbox import delivering
from logistics.outbox.actions import News, record_events
from logistics.outbox.delivering import DISABLED_AFTER, FAILURES_BEFORE_REST, RETRY_SECONDS, deliver_due
from logistics.outbox.endpoint_models import DeliveryState, EndpointState, WebhookDelivery, WebhookEndpoint
from logistics.outbox.endpoints import (
    ENDPOINTS_PER_BODY_MAX,
    SECRET_OVERLAP,
    EndpointDisabled,
    KindUnknown,
    TooManyEndpoints,
    change_endpoint,
    redeliver,
    redeliver_after,
    register_endpoint,
    rotate_secret,
    send_test,
)
from logistics.outbox.models import Numbered
from logistics.outbox.numbering import number_events
from logistics.parties.reads import bodies_above
from tests.cast import NOW, World
from tests.looking import nothing_written
from tests.outbox.receiver import Receiver

SUBJECT = uuid.UUID(int=7)


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = dt.datetime.now(dt.UTC)

    def __call__(self) -> dt.datetime:
        """Tell the time."""
        return self.now

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.now += dt.timedelta(seconds=seconds)


@pytest.fixture
def clock(world: World, endpoint: WebhookEndpoint) -> Clock:
    """A clock, with nothing waiting."""
    while number_events(bodies_above=bodies_above, now=NOW):
        pass
    WebhookDelivery.objects.all().delete()
    return Clock()


def _tell(world: World, clock: Clock, *words: str, subject: uuid.UUID = SUBJECT, body: Any = None) -> None:
    organisation = (body or world.county).id
    record_events(
        [News("parcel.packed", organisation, subject, clock(), {"parcel": word, "state": "包好"}) for word in words]
    )
    number_events(bodies_above=bodies_above, now=clock())


def _heard(receiver: Receiver) -> list[str]:
    return [json.loads(body)["data"].get("parcel", "") for body in receiver.bodies()]


def test_a_message_is_signed_as_the_standard_says(
    world: World, endpoint: WebhookEndpoint, receiver: Receiver, clock: Clock
) -> None:
    _tell(world, clock, "暖心包 1")
    assert deliver_due(clock=clock) == 1
    headers, body = receiver.calls[0]
    said = Webhook(endpoint.secret).verify(body, headers)
    assert (said["type"], said["data"]["parcel"]) == ("parcel.packed", "暖心包 1")
    assert said["number"] == Numbered.objects.latest("id").id
    assert headers["webhook-id"] == said["id"]
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(body + b" ", headers)


def test_both_secrets_sign_while_one_replaces_the_other(
    world: World, endpoint: WebhookEndpoint, receiver: Receiver, clock: Clock
) -> None:
    old = endpoint.secret
    new = rotate_secret(endpoint=endpoint, now=clock()).secret
    _tell(world, clock, "1")
    deliver_due(clock=clock)
    for secret in (old, new):
        Webhook(secret).verify(receiver.calls[0][1], receiver.calls[0][0])
    clock.pass_by(SECRET_OVERLAP.total_seconds() + 1)
    _tell(world, clock, "2")
    deliver_due(clock=clock)
    assert len(receiver.calls[1][0]["webhook-signature"].split()) == 1


def test_an_endpoint_hears_of_what_is_below_it_and_of_the_kinds_it_chose(
    world: World, endpoint: WebhookEndpoint, receiver: Receiver, clock: Clock
) -> None:
    above = register_endpoint(organisation_id=world.province.id, url=receiver.url, kinds=["parcel.packed"], now=NOW)
    other = register_endpoint(organisation_id=world.province.id, url=receiver.url, kinds=["grant.paid"], now=NOW)
    _tell(world, clock, "ours")
    _tell(world, clock, "theirs", body=world.stranger_county)
    assert [row.deliveries.count() for row in (endpoint, above, other)] == [1, 2, 0]


def test_deliveries_of_one_subject_wait_for_each_other_and_others_do_not(
    world: World, receiver: Receiver, clock: Clock
) -> None:
    receiver.statuses = [500]
    _tell(world, clock, "1", "2", "3")
    deliver_due(clock=clock)
    assert _heard(receiver) == ["1"]
    _tell(world, clock, "other", subject=uuid.UUID(int=8))
    deliver_due(clock=clock)
    assert _heard(receiver) == ["1", "other"]
    clock.pass_by(RETRY_SECONDS[0] * 2)
    deliver_due(clock=clock)
    assert _heard(receiver) == ["1", "other", "1", "2", "3"]


def test_a_delivery_is_given_up_after_three_days_and_each_try_is_on_record(
    world: World, endpoint: WebhookEndpoint, receiver: Receiver, clock: Clock, monkeypatch: Any
) -> None:
    monkeypatch.setattr(delivering, "DISABLED_AFTER", dt.timedelta(days=9))
    receiver.statuses = [503] * 99
    began = clock()
    _tell(world, clock, "1")
    for pause in (0, *RETRY_SECONDS):
        clock.pass_by(max(pause * 1.11, delivering.REST_SECONDS_MAX))
        deliver_due(clock=clock)
    row = WebhookDelivery.objects.get()
    assert (row.state, row.tries, row.each_try.count()) == (DeliveryState.FAILED, 10, 10)
    assert {one.status for one in row.each_try.all()} == {503}
    assert dt.timedelta(days=3) < clock() - began < dt.timedelta(days=5)
    assert sum(RETRY_SECONDS) > 3 * 86_400 - 3_600


def test_an_endpoint_that_fails_rests_and_says_so_and_comes_back(
    world: World, endpoint: WebhookEndpoint, receiver: Receiver, clock: Clock, django_capture_on_commit_callbacks: Any
) -> None:
    receiver.statuses = [500] * 99
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(FAILURES_BEFORE_REST + 2):
            _tell(world, clock, str(number), subject=uuid.uuid4())
        for _ in range(3):
            deliver_due(clock=clock)
    assert 0 < len(receiver.calls) <= FAILURES_BEFORE_REST + delivering.CALLS_PER_ENDPOINT
    assert [message.to for message in mail.outbox] == [["it@example.org"]]
    endpoint.refresh_from_db()
    assert endpoint.rests_until and endpoint.rests_until > clock()
    clock.pass_by(delivering.REST_SECONDS_MAX + RETRY_SECONDS[1])
    receiver.statuses = []
    deliver_due(clock=clock)
    endpoint.refresh_from_db()
    assert (endpoint.failures_in_a_row, endpoint.rests_until) == (0, None)
    assert not WebhookDelivery.objects.exclude(state=DeliveryState.DELIVERED).exists()


def test_gone_disables_at_once_and_three_days_of_failing_do_too(
    world: World, endpoint: WebhookEndpoint, receiver: Receiver, clock: Clock, django_capture_on_commit_callbacks: Any
) -> None:
    receiver.statuses = [410]
    _tell(world, clock, "1")
    with django_capture_on_commit_callbacks(execute=True):
        deliver_due(clock=clock)
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_reason, len(mail.outbox)) == (EndpointState.DISABLED, "gone", 1)
    assert deliver_due(clock=clock) == 0
    change_endpoint(endpoint=endpoint, is_enabled=True, now=clock())
    receiver.statuses = [500, 500]
    clock.pass_by(60)
    deliver_due(clock=clock)
    clock.pass_by(DISABLED_AFTER.total_seconds())
    deliver_due(clock=clock)
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_reason) == (EndpointState.DISABLED, "failing")


def test_a_crash_between_call_and_record_sends_again_after_the_claim(
    world: World, receiver: Receiver, clock: Clock
) -> None:
    _tell(world, clock, "1")
    delivering._claimed(clock(), room=1)
    assert deliver_due(clock=clock) == 0
    clock.pass_by(delivering.CLAIM_SECONDS + 1)
    assert deliver_due(clock=clock) == 1


def test_what_was_delivered_can_be_asked_for_again(
    world: World, endpoint: WebhookEndpoint, receiver: Receiver, clock: Clock
) -> None:
    first = Numbered.objects.count()
    _tell(world, clock, "1", "2", "3")
    deliver_due(clock=clock)
    assert redeliver_after(endpoint=endpoint, number=first + 1, now=clock()) == 2
    deliver_due(clock=clock)
    redeliver(delivery=WebhookDelivery.objects.earliest("number"), now=clock())
    deliver_due(clock=clock)
    assert _heard(receiver) == ["1", "2", "3", "2", "3", "1"]
    ids = [headers["webhook-id"] for headers, _ in receiver.calls]
    assert ids[0] == ids[-1]


def test_a_test_reaches_the_one_who_asked(
    world: World, endpoint: WebhookEndpoint, receiver: Receiver, clock: Clock
) -> None:
    send_test(endpoint=endpoint, now=clock())
    number_events(bodies_above=bodies_above, now=clock())
    deliver_due(clock=clock)
    assert [json.loads(body)["type"] for body in receiver.bodies()] == ["webhook.test"]


def test_endpoints_are_refused_in_words(world: World, endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    more = {"organisation_id": world.county.id, "url": receiver.url, "now": world.now}
    with nothing_written(), pytest.raises(KindUnknown):
        register_endpoint(kinds=["parcel.eaten"], **more)
    for _ in range(ENDPOINTS_PER_BODY_MAX - 1):
        register_endpoint(kinds=[], **more)
    with nothing_written(), pytest.raises(TooManyEndpoints):
        register_endpoint(kinds=[], **more)
    change_endpoint(endpoint=endpoint, is_enabled=False, now=world.now)
    with nothing_written(), pytest.raises(EndpointDisabled):
        send_test(endpoint=endpoint, now=world.now)


def test_the_secret_stands_encrypted_in_the_database(world: World, endpoint: WebhookEndpoint) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM outbox_endpoint")
        assert endpoint.secret not in cursor.fetchone()[0]
