"""Signing in: passwords are not guessed, nobody is led elsewhere, and the session is a new one."""

import datetime as dt

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from logistics.parties.models import SignInTries
from logistics.parties.sign_ins import (
    LOCK_MINUTES,
    TRIES_OF_ADDRESS_MAX,
    TRIES_OF_BOTH_MAX,
    TRIES_OF_NAME_MAX,
    SignInLocked,
    begin_sign_in,
    note_signed_in,
)
from tests.cast import PASSWORD, World
from tests.journal.test_races import WRITERS, _at_once


def _try(
    password: str = "falsch", username: str = "officer", client: Client | None = None, **more: str
) -> HttpResponse:
    values = {"username": username, "password": password, "next": "", **more}
    return (client or Client(headers={"Accept-Language": "zh-CN"})).post("/sign-in", values)


def test_a_password_is_guessed_ten_times_and_no_more(world: World) -> None:
    answers = [_try().status_code for _ in range(TRIES_OF_BOTH_MAX)]
    assert set(answers) == {200}
    refused = _try(PASSWORD)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, str(LOCK_MINUTES * 60))
    assert "请 15 分钟后再试" in refused.content.decode()
    assert "_auth_user_id" not in refused.client.session  # type: ignore[attr-defined]  # -- the test client's
    # Somebody else at the same line, and the same name from another, are let in.
    assert _try(PASSWORD, "keeper").status_code == 302
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert _try(PASSWORD, client=elsewhere).status_code == 302


def test_it_is_forgotten_with_the_right_password_and_with_time(world: World) -> None:
    for _ in range(TRIES_OF_BOTH_MAX - 1):
        _try()
    assert _try(PASSWORD).status_code == 302
    assert _try().status_code == 200
    now = timezone.now()
    for _ in range(TRIES_OF_BOTH_MAX):
        begin_sign_in(username="x", source="y", now=now)
    with pytest.raises(SignInLocked):
        begin_sign_in(username=" X", source="y", now=now + dt.timedelta(minutes=LOCK_MINUTES, seconds=-1))
    begin_sign_in(username="x", source="y", now=now + dt.timedelta(minutes=LOCK_MINUTES))


def test_many_addresses_do_not_guess_for_one_name_nor_one_address_for_many_names(world: World) -> None:
    now = timezone.now()
    for number in range(TRIES_OF_NAME_MAX):
        begin_sign_in(username="officer", source=f"2001:db8:{number}::/64", now=now)
    with pytest.raises(SignInLocked):
        begin_sign_in(username="officer", source="new", now=now)
    for number in range(TRIES_OF_ADDRESS_MAX):
        begin_sign_in(username=f"name {number}", source="one", now=now)
    with pytest.raises(SignInLocked):
        begin_sign_in(username="another", source="one", now=now)
    note_signed_in(username="name 1", source="one", now=now)
    begin_sign_in(username="another", source="one", now=now)


def test_no_name_and_no_address_is_kept(world: World) -> None:
    _try(username="示例名字")
    said = " ".join(str(row) for row in SignInTries.objects.values_list())
    assert SignInTries.objects.count() == 3 and "示例名字" not in said and "127.0.0.1" not in said
    note_signed_in(username="x", source="y", now=timezone.now() + dt.timedelta(minutes=LOCK_MINUTES + 1))
    assert not SignInTries.objects.exists()


def test_many_at_once_are_counted(committed_world: World) -> None:
    now = timezone.now()
    for _ in range(TRIES_OF_BOTH_MAX - 3):
        begin_sign_in(username="officer", source="y", now=now)
    results = _at_once(lambda number: begin_sign_in(username="officer", source="y", now=now))
    assert sum(isinstance(result, SignInLocked) for result in results) == WRITERS - 3


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_nobody_is_led_elsewhere(world: World, place: str) -> None:
    assert _try(PASSWORD, next=place).headers["Location"] == "/"
    client = Client()
    answer = client.post("/language", {"language": "en", "next": place}, headers={"Referer": "https://evil.example/"})
    assert "evil" not in answer.headers["Location"] and "alert" not in answer.headers["Location"]


def test_a_session_from_before_is_not_the_one_from_after(world: World) -> None:
    client = Client()
    session = client.session
    session["planted"] = "x"
    session.save()
    planted = session.session_key
    assert _try(PASSWORD, client=client).status_code == 302
    assert client.session.session_key != planted
    assert Client(headers={"Cookie": f"sessionid={planted}"}).get("/households").status_code == 302
