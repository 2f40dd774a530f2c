"""What the books of yarn keep of who knits: the name. Who held how much of which yarn stays, by the reference."""

import datetime as dt

from django.db.models import QuerySet

from logistics.journal.models import Balance
from logistics.stock.models import Knitter, YarnMove
from logistics.storage.erasing import Helper, Holding, Said, declare_helper_holdings


def _knitters(subject: Helper) -> "QuerySet[Knitter]":
    return Knitter.objects.filter(id=subject.helper_id, erased_at__isnull=True)


def _say(subject: Helper) -> list[Said]:
    return [{"reference": row.reference, "name": row.name} for row in _knitters(subject)]


def _erase(subject: Helper, now: dt.datetime) -> int:
    return _knitters(subject).update(name="", erased_at=now)


def _noted(subject: Helper) -> list[YarnMove]:
    rows = YarnMove.objects.filter(knitter_id=subject.helper_id).order_by("id")
    return [row for row in rows if row.note]


def _say_notes(subject: Helper) -> list[Said]:
    return [{"happened_at": row.happened_at.isoformat(), "note": row.note} for row in _noted(subject)]


def _erase_notes(subject: Helper, now: dt.datetime) -> int:
    return YarnMove.objects.filter(id__in=[row.id for row in _noted(subject)]).update(note="")


def _holding_yarn(subject: Helper) -> list[str]:
    """Name who still has yarn of ours in hand: whom else would anybody ask for it."""
    rows = Knitter.objects.filter(id=subject.helper_id)
    held = Balance.objects.filter(account__in=rows.values("account_id"), quantity__gt=0)
    return [row.reference for row in rows] if held.exists() else []


declare_helper_holdings(
    Holding("stock.knitters", "编织志愿者", "Who knits", ("stock_knitter",), _say, _erase, _holding_yarn),
    Holding("stock.yarn_notes", "毛线备注", "Notes of yarn", ("stock_yarnmove",), _say_notes, _erase_notes),
)
