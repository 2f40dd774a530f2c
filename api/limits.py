"""How much one key may ask in a while: told in headers (IETF draft RateLimit), refused with 429 when it is used up.

A process counts in memory and shares its counts with the others through the database once a second, from a thread of
its own: no request waits for it, and a limit is met within a second's worth of requests (decision 20).
"""

import datetime as dt
import math
import os
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F

from api.models import Usage
from api.problems import DoorProblem
from logistics.storage.transactions import action

SHARE_SECONDS = 1.0
# Counts of windows that are over are of no use to anybody after this.
KEPT_SECONDS = 2 * 3_600
Counted = tuple[uuid.UUID, str]


@dataclass(frozen=True)
class Policy:
    """So many requests in so many seconds."""

    name: str
    quota: int
    seconds: int


class TooManyRequests(DoorProblem):
    code = "too_many_requests"


@dataclass
class Window:
    """One key's use of one policy: `known` is what all processes shared, `own` what this one did not share yet."""

    began: int
    known: int = 0
    own: int = 0


def policies_for(*, is_export: bool) -> Sequence[Policy]:
    """List what a request counts for. Whole ledgers have a quota of their own, since each may take a minute."""
    calls = Policy("calls", settings.CALLS_PER_MINUTE, 60)
    return [calls, Policy("exports", settings.EXPORTS_PER_HOUR, 3_600)] if is_export else [calls]


class Meter:
    """Counts the requests of every key in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[Counted, Window] = {}
        self._thread: threading.Thread | None = None

    def count(self, holder_id: uuid.UUID, policies: Sequence[Policy], *, now: dt.datetime) -> dict[str, str]:
        """Count one request and return the headers that tell what is left. Refuses TooManyRequests."""
        self._start()
        with self._lock:
            states = [(policy, self._window(holder_id, policy, now)) for policy in policies]
            used_up = [policy for policy, window in states if window.known + window.own >= policy.quota]
            if not used_up:
                for _, window in states:
                    window.own += 1
            headers = _told(states, now)
        if used_up:
            wait = max(_left(policy, now) for policy in used_up)
            raise TooManyRequests(headers={**headers, "Retry-After": str(wait)}, policy=used_up[0].name, seconds=wait)
        return headers

    def share(self, *, now: dt.datetime) -> None:
        """Add what this process counted to what all did, and learn what they did."""
        with self._lock:
            news = {key: (window, window.own) for key, window in self._windows.items() if window.own}
        for (holder_id, policy), (window, own) in news.items():
            known = _added(holder_id, policy, window.began, own)
            with self._lock:
                window.known, window.own = known, window.own - own
        self._forget(now)

    def _window(self, holder_id: uuid.UUID, policy: Policy, now: dt.datetime) -> Window:
        began = int(now.timestamp()) // policy.seconds * policy.seconds
        window = self._windows.get((holder_id, policy.name))
        if window is None or window.began != began:
            window = self._windows[holder_id, policy.name] = Window(began)
        return window

    def _forget(self, now: dt.datetime) -> None:
        oldest = int(now.timestamp()) - KEPT_SECONDS
        with self._lock:
            self._windows = {key: window for key, window in self._windows.items() if window.began > oldest}
        Usage.objects.filter(began__lt=oldest).delete()

    def _start(self) -> None:
        """Begin to share, in a process that serves; a test shares by hand."""
        if self._thread is None and "NUANLIU_SERVES" in os.environ:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._keep_sharing, name="limits", daemon=True)
                    self._thread.start()

    def _keep_sharing(self) -> None:
        pause = threading.Event()
        while not pause.wait(SHARE_SECONDS):
            try:
                self.share(now=dt.datetime.now(dt.UTC))
            except DatabaseError:
                # Without the database nothing else is answered either; the next second tries again.
                connection.close()


METER = Meter()


@action
def _added(holder_id: uuid.UUID, policy: str, began: int, own: int) -> int:
    key = {"holder_id": holder_id, "policy": policy, "began": began}
    Usage.objects.bulk_create([Usage(**key, count=0)], ignore_conflicts=True)
    rows = Usage.objects.filter(**key)
    rows.update(count=F("count") + own)
    return rows.values_list("count", flat=True)[0]


def _told(states: Sequence[tuple[Policy, Window]], now: dt.datetime) -> dict[str, str]:
    policies = [f'"{policy.name}";q={policy.quota};w={policy.seconds}' for policy, _ in states]
    left = [
        f'"{policy.name}";r={max(0, policy.quota - window.known - window.own)};t={_left(policy, now)}'
        for policy, window in states
    ]
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}


def _left(policy: Policy, now: dt.datetime) -> int:
    return max(1, math.ceil(policy.seconds - now.timestamp() % policy.seconds))
