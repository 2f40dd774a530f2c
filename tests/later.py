"""The settings of a server whose clock is some days ahead: NUANLIU_DAYS_LATER says how many."""

import datetime as dt
import os

from django.utils import timezone

from logistics import settings

# The same in everything but the clock.
globals().update({name: value for name, value in vars(settings).items() if name.isupper()})
_now, _ahead = timezone.now, dt.timedelta(days=int(os.environ.get("NUANLIU_DAYS_LATER", "0")))


def _later() -> dt.datetime:
    return _now() + _ahead


timezone.now = _later
