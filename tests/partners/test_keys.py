"""Keys: issued once, replaced with an overlap, revoked, bound; their texts found by scanners of secrets."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.utils import timezone

from logistics.journal.revisions import Cause, ChangeUnexplained, RevisionStale, revisions_of
from logistics.journal.sealing import seal_leaves
from logistics.journal.verifying_history import require_history
from logistics.partners.key_texts import KEY_PATTERN, is_of, shown_prefix, text_in
from logistics.partners.keys import (
    KEY_DAYS_MAX,
    OVERLAP_DAYS_MAX,
    OVERLAP_HOURS,
    KeyAgeOutOfBounds,
    KeyBeyondMandate,
    KeyIssuedAlready,
    KeyOfDevice,
    KeyOver,
    KeyReplaced,
    OverlapOutOfBounds,
    ScopeUnknown,
    change_key,
    issue_key,
    revoke_key,
    rotate_key,
)
from logistics.partners.known import find_key, is_over
from logistics.partners.models import ApiKey
from logistics.partners.networks import NetworkUnreadable
from logistics.partners.reads import KeyAbsent, KeyState, get_key, state_of, visible_keys
from tests.cast import World
from tests.looking import nothing_written

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def _issued(world: World, **more: Any) -> tuple[ApiKey, str]:
    values: dict[str, Any] = {"organisation": world.county, "name": "示例基金会", "scopes": ["parcels:read"]}
    return issue_key(**values | {"now": timezone.now()} | more)


def _reasoned(reason: str = "换了机房") -> Cause:
    return Cause(None, reason, timezone.now())


def test_a_key_is_found_by_scanners_and_kept_as_a_hash(world: World) -> None:
    row, text = _issued(world)
    assert re.fullmatch(KEY_PATTERN, text)
    assert text.startswith(shown_prefix(row) + "_")
    assert text.rpartition("_")[2] not in str(vars(ApiKey.objects.get(id=row.id)))
    assert find_key(text) == row


def test_the_wrong_secret_kind_or_form_finds_nothing(world: World) -> None:
    row, text = _issued(world)
    for wrong in (text[:-1], text + "0", text.upper(), text.replace("nuanliu_", "nuanliu_test_"), "", "x" * 10_000):
        assert find_key(wrong) is None, wrong
    other = text_in(text[:-1] + ("0" if text[-1] != "0" else "1"))
    assert other is not None and not is_of(other, row) and not is_of(other, None)


def test_the_same_token_issues_one_key(world: World) -> None:
    token = uuid.uuid4()
    row, _ = _issued(world, token=token)
    assert row.id == token
    with nothing_written(), pytest.raises(KeyIssuedAlready):
        _issued(world, token=token)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"scopes": ["everything"]}, ScopeUnknown),
        ({"days": 0}, KeyAgeOutOfBounds),
        ({"days": KEY_DAYS_MAX + 1}, KeyAgeOutOfBounds),
        ({"networks": ["here"]}, NetworkUnreadable),
    ],
)
def test_a_bad_key_is_refused_and_nothing_is_written(world: World, more: dict[str, Any], refusal: Any) -> None:
    with nothing_written(), pytest.raises(refusal):
        _issued(world, **more)
    assert not ApiKey.objects.exists()


def test_a_key_may_be_two_years_old(world: World) -> None:
    row, _ = _issued(world, days=KEY_DAYS_MAX)
    assert not is_over(row, row.issued_at + dt.timedelta(days=KEY_DAYS_MAX, seconds=-1))
    assert is_over(row, row.issued_at + dt.timedelta(days=KEY_DAYS_MAX))


def test_both_open_until_the_moment_and_are_one_holder(world: World) -> None:
    now = timezone.now()
    old, old_text = _issued(world, networks=["203.0.113.0/24"], now=now)
    new, new_text = rotate_key(key=old, until=now + HOUR, now=now)
    old.refresh_from_db()
    assert (new.holder_id, new.scopes, new.networks, new.name) == (old.holder_id, old.scopes, old.networks, old.name)
    assert new_text != old_text and find_key(new_text) == new and find_key(old_text) == old
    assert [state_of(row, now) for row in visible_keys(world.county)] == [KeyState.LIVE, KeyState.REPLACED]
    assert not is_over(old, now + HOUR - dt.timedelta(seconds=1))
    assert is_over(old, now + HOUR) and not is_over(new, now + HOUR)


def test_without_a_word_both_open_for_a_day_and_never_longer_than_the_old_one_had(world: World) -> None:
    now = timezone.now()
    long, _ = _issued(world, now=now)
    rotate_key(key=long, now=now)
    long.refresh_from_db()
    assert long.expires_at == now + dt.timedelta(hours=OVERLAP_HOURS)
    short, _ = _issued(world, days=1, now=now)
    rotate_key(key=short, until=now + 3 * DAY, now=now)
    short.refresh_from_db()
    assert short.expires_at == now + DAY


def test_a_key_is_replaced_once_in_time_and_while_it_opens(world: World) -> None:
    now = timezone.now()
    key, _ = _issued(world, now=now)
    for until in (now - dt.timedelta(seconds=1), now + dt.timedelta(days=OVERLAP_DAYS_MAX, seconds=1)):
        with nothing_written(), pytest.raises(OverlapOutOfBounds):
            rotate_key(key=key, until=until, now=now)
    rotate_key(key=key, until=now + dt.timedelta(days=OVERLAP_DAYS_MAX), now=now)
    with nothing_written(), pytest.raises(KeyReplaced):
        rotate_key(key=key, now=now)
    gone, _ = _issued(world, now=now)
    revoke_key(key=gone, now=now)
    with nothing_written(), pytest.raises(KeyOver):
        rotate_key(key=gone, now=now)
    old, _ = _issued(world, days=1, now=now - 2 * DAY)
    with nothing_written(), pytest.raises(KeyOver):
        rotate_key(key=old, now=now)


def test_a_mandate_bounds_its_keys_still_when_they_are_replaced(world: World) -> None:
    now = timezone.now()
    key, _ = _issued(world, scopes=["ledgers:read"], mandate=world.mandate, now=now)
    new, _ = rotate_key(key=key, now=now)
    assert new.mandate_id == world.mandate.id
    with nothing_written(), pytest.raises(KeyBeyondMandate):
        rotate_key(key=new, now=world.mandate.expires_at + DAY)


def test_revoking_twice_is_revoking_once(world: World) -> None:
    now = timezone.now()
    key, text = _issued(world, now=now)
    assert find_key(text) == key
    revoke_key(key=key, now=now)
    revoke_key(key=key, now=now + HOUR)
    found = find_key(text)
    assert found is not None and found.revoked_at == now and is_over(found, now)
    assert revisions_of(key).count() == 2


def test_networks_and_name_change_with_a_reason_and_stand_in_the_history(world: World) -> None:
    key, _ = _issued(world)
    with nothing_written(), pytest.raises(ChangeUnexplained):
        change_key(key=key, changes={"networks": ["10.0.0.0/8"]}, cause=Cause())
    with nothing_written(), pytest.raises(NetworkUnreadable):
        change_key(key=key, changes={"networks": ["10.0.0.1/8"]}, cause=_reasoned())
    changed = change_key(key=key, changes={"networks": ["10.0.0.0/8"], "name": "新名称"}, cause=_reasoned(), number=1)
    assert (changed.networks, changed.name) == (["10.0.0.0/8"], "新名称")
    with nothing_written(), pytest.raises(RevisionStale):
        change_key(key=key, changes={"networks": []}, cause=_reasoned(), number=1)
    newest = revisions_of(key)[0]
    assert (newest.before["networks"], newest.after["networks"], newest.reason) == ([], ["10.0.0.0/8"], "换了机房")
    assert "secret_hash" not in newest.after
    seal_leaves(now=timezone.now())
    require_history()


def test_a_device_s_own_key_is_no_partner_s(world: World) -> None:
    from api.device_keys import enrol_signed_in

    now = timezone.now()
    enrolled = enrol_signed_in(
        actor=world.as_actor(world.keeper), name="示例手机", platform="", token=uuid.uuid4(), now=now
    )
    key = ApiKey.objects.get(device=enrolled.device)
    assert not visible_keys(world.county).exists()
    with nothing_written(), pytest.raises(KeyOfDevice):
        rotate_key(key=key, now=now)
    with nothing_written(), pytest.raises(KeyOfDevice):
        change_key(key=key, changes={"name": "x"}, cause=_reasoned())


def test_a_stranger_finds_no_key(world: World) -> None:
    key, _ = _issued(world)
    assert get_key(key_id=key.id, organisation=world.province) == key
    with pytest.raises(KeyAbsent):
        get_key(key_id=key.id, organisation=world.stranger_county)
