"""Slow down whoever guesses passwords: a try is counted before it is looked at, so that none of many at once is not."""

import datetime as dt
import uuid

from django.db.models import F

from logistics.kernel.refusals import Conflicting
from logistics.parties.sign_in_models import SignInTries
from logistics.storage.secrets import blind_index
from logistics.storage.transactions import action

LOCK_MINUTES = 15
# Wrong passwords within those minutes: for one name from one address, for one name from anywhere, from one address.
# The first protects a name from one guesser without shutting out its owner, who sits elsewhere.
TRIES_OF_BOTH_MAX, TRIES_OF_NAME_MAX, TRIES_OF_ADDRESS_MAX = 10, 100, 200


class SignInLocked(Conflicting):
    code = "sign_in_locked"
    zh = "登录失败次数过多，请 {minutes} 分钟后再试。"
    en = "Too many attempts to sign in; try again in {minutes} minutes."


@action
def begin_sign_in(*, username: str, source: str, now: dt.datetime) -> None:
    """Count a try, and what is too much of them. Refuses SignInLocked; who is refused is not counted."""
    for key, most in _keys(username, source):
        row = SignInTries.objects.select_for_update().filter(id=key).first() or SignInTries(id=key, since=now)
        until = row.since + dt.timedelta(minutes=LOCK_MINUTES)
        if until <= now:
            row.tries, row.since = 0, now
        elif row.tries >= most:
            raise SignInLocked(minutes=int((until - now).total_seconds() // 60) + 1)
        row.tries += 1
        row.save()


@action
def note_signed_in(*, username: str, source: str, now: dt.datetime) -> None:
    """Forget the tries of whoever is in; the address keeps those of others. Clears away what is over."""
    (both, _), (name, _), (address, _) = _keys(username, source)
    SignInTries.objects.filter(id__in=[both, name]).delete()
    SignInTries.objects.filter(id=address, tries__gt=0).update(tries=F("tries") - 1)
    SignInTries.objects.filter(since__lt=now - dt.timedelta(minutes=LOCK_MINUTES)).delete()


def _keys(username: str, source: str) -> list[tuple[uuid.UUID, int]]:
    name = username.strip().casefold()
    return [
        (_key(f"{name}|{source}", "sign-in.both"), TRIES_OF_BOTH_MAX),
        (_key(name, "sign-in.name"), TRIES_OF_NAME_MAX),
        (_key(source, "sign-in.address"), TRIES_OF_ADDRESS_MAX),
    ]


def _key(text: str, purpose: str) -> uuid.UUID:
    return uuid.UUID(hex=blind_index(text, purpose)[:32])
