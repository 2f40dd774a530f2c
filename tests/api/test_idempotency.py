"""Once for each key, whatever the network does."""

import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.response import Response

from api import idempotency
from api.idempotency import KEPT_HOURS, forget_old_answers
from api.models import StoredAnswer
from logistics.donations.models import Donation
from tests.api.conftest import Partner, partner_of
from tests.api.test_bad_input import _money
from tests.cast import World
from tests.looking import nothing_written

PATH = "/donations/money"


def test_a_key_is_required_of_a_partner(world: World, partner: Partner) -> None:
    with nothing_written():
        answer = partner.post(PATH, _money(), key=None)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "a\x7fb", "ключ"])
def test_a_key_that_is_none_is_refused(world: World, partner: Partner, key: str) -> None:
    headers = {"Idempotency-Key": key}
    with nothing_written():
        answer = partner.post(PATH, _money(), key=None, **headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


def test_a_repeat_gets_the_first_answer_again(world: World, partner: Partner) -> None:
    first = partner.post(PATH, _money(), key="k-1")
    with nothing_written():
        again = partner.post(PATH, _money(), key='"k-1"')
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers


def test_the_same_key_with_another_body_is_refused(world: World, partner: Partner) -> None:
    partner.post(PATH, _money(), key="k-1")
    with nothing_written():
        answer = partner.post(PATH, _money() | {"reference": "other"}, key="k-1")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_a_key_is_bound_to_its_holder_and_path(world: World, partner: Partner) -> None:
    partner.post(PATH, _money(), key="k-1")
    second = partner_of(world.county, now=timezone.now())
    assert second.post(PATH, _money(), key="k-1").status_code == 201
    assert Donation.objects.count() == 2


def test_a_settled_refusal_is_kept_and_a_conflict_is_not(world: World, partner: Partner) -> None:
    wrong = _money() | {"programme": "nothing"}
    assert partner.post(PATH, wrong, key="k-1").status_code == 404
    assert partner.post(PATH, wrong, key="k-1").headers["Idempotent-Replayed"] == "true"
    purchase = {
        "fund": "warm-2026",
        "supplier": "sup-1",
        "warehouse": "wh-1",
        "purchased_at": "2026-01-12T10:00:00+08:00",
        "invoice": "F",
        "reference": "p-1",
        "lines": [{"item": "gloves", "quantity": 1, "line_total": 100}],
    }
    assert partner.post("/purchases", purchase, key="k-2").json()["code"] == "fund_overspent"
    world.give_money(100)
    assert partner.post("/purchases", purchase, key="k-2").status_code == 201


def test_the_reference_is_the_second_net(world: World, partner: Partner) -> None:
    first = partner.post(PATH, _money(), key="k-1")
    with nothing_written():
        again = partner.post(PATH, _money(), key="k-2")
        other = partner.post(PATH, _money() | {"note": "anders"}, key="k-3")
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert (other.status_code, other.json()["code"]) == (409, "reference_reused")


def test_a_crash_in_between_frees_the_key_within_a_minute(world: World, partner: Partner) -> None:
    partner.post(PATH, _money(), key="k-1")
    row = StoredAnswer.objects.get()
    StoredAnswer.objects.filter(id=row.id).update(is_done=False, status=None, body="")
    answer = partner.post(PATH, _money(), key="k-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_in_use")
    assert int(answer.headers["Retry-After"]) > 0
    StoredAnswer.objects.filter(id=row.id).update(until=timezone.now() - dt.timedelta(seconds=1))
    # The first answer had committed: the reference finds it again.
    assert partner.post(PATH, _money(), key="k-1").status_code == 200


class Death(BaseException):
    """The process ends here: nothing after it runs, and no handler for errors either."""


def test_what_dies_before_its_answer_is_kept_has_had_no_effect(
    world: World, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        assert Donation.objects.count() == 1
        raise Death

    monkeypatch.setattr(idempotency, "_keep", die)
    with pytest.raises(Death):
        partner.post(PATH, _money(), key="k-1")
    assert Donation.objects.count() == 0
    assert not StoredAnswer.objects.get().is_done


def test_who_runs_longer_than_its_claim_leaves_no_effect(
    world: World, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = idempotency._keep

    def late(claim: idempotency.Claim, response: Response) -> None:
        # Another request took the key over meanwhile.
        StoredAnswer.objects.update(until=timezone.now() + dt.timedelta(seconds=30))
        keep(claim, response)

    monkeypatch.setattr(idempotency, "_keep", late)
    answer = partner.post(PATH, _money(), key="k-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_in_use")
    assert Donation.objects.count() == 0


def test_a_key_that_is_freed_between_two_looks_is_claimed(
    world: World, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    add, looks = idempotency.add_unless_there, iter([False, True])
    monkeypatch.setattr(idempotency, "add_unless_there", lambda row: next(looks) and add(row))
    assert partner.post(PATH, _money(), key="k-1").status_code == 201


def test_answers_are_forgotten_after_two_days_and_the_reference_never(world: World, partner: Partner) -> None:
    first, now = partner.post(PATH, _money(), key="k-1"), timezone.now()
    assert forget_old_answers(now=now + dt.timedelta(hours=KEPT_HOURS - 1)) == 0
    assert partner.post(PATH, _money(), key="k-1").headers["Idempotent-Replayed"] == "true"
    assert forget_old_answers(now=now + dt.timedelta(days=3)) == 1
    with nothing_written():
        again = partner.post(PATH, _money(), key="k-1")
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert "Idempotent-Replayed" not in again.headers


def test_a_key_is_bound_to_the_query_too(world: World, partner: Partner) -> None:
    partner.post(PATH, _money(), key="k-1")
    answer = partner.post(f"{PATH}?programme=other", _money(), key="k-1")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_requests_at_once_under_one_key_book_once(committed_world: World) -> None:
    partner = partner_of(committed_world.county, now=timezone.now())
    start = threading.Barrier(8)

    def send(number: int) -> int:
        start.wait()
        try:
            return Partner(partner.key).post(PATH, _money() | {"reference": "same"}, key="k-1").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(send, range(8)))
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert Donation.objects.count() == 1


def test_requests_at_once_under_one_reference_book_once(committed_world: World) -> None:
    partner = partner_of(committed_world.county, now=timezone.now())
    start = threading.Barrier(8)

    def send(number: int) -> int:
        start.wait()
        try:
            return Partner(partner.key).post(PATH, _money() | {"reference": "same"}, key=uuid.uuid4().hex).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(send, range(8)))
    assert set(statuses) <= {200, 201, 409}, statuses
    assert statuses.count(201) == 1
    assert Donation.objects.count() == 1
