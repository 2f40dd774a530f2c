"""The two things that are written here: a chart of accounts, and a note of who saw names."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace

from logistics.kernel.refusals import Unacceptable
from logistics.ledgers.charts import ChartLine, checked_lines
from logistics.ledgers.models import Chart, UnmaskedView
from logistics.ledgers.scope import LedgerScope
from logistics.storage.transactions import action

REASON_LENGTH_MIN, REASON_LENGTH_MAX = 5, 200


class UnmaskReasonMissing(Unacceptable):
    code = "unmask_reason_missing"
    zh = "查看捐赠人姓名须说明理由（{least} 到 {most} 个字）。"
    en = "Say why you need to see donors' names ({least} to {most} characters)."


@action
def unmask_ledger(
    *, name: str, scope: LedgerScope, asked: dict[str, str], reason: str, viewer_id: uuid.UUID | None, now: dt.datetime
) -> LedgerScope:
    """Return the scope with the names of donors who agreed to be named, and log who asks and why.

    Refuses UnmaskReasonMissing.
    """
    told = reason.strip()
    if not REASON_LENGTH_MIN <= len(told) <= REASON_LENGTH_MAX:
        raise UnmaskReasonMissing(least=REASON_LENGTH_MIN, most=REASON_LENGTH_MAX, pointer="/reason")
    UnmaskedView.objects.create(viewer_id=viewer_id, ledger=name, asked=asked, reason=told, viewed_at=now)
    return replace(scope, is_unmasked=True)


@action
def import_chart(*, organisation_kind: str, lines: Sequence[ChartLine], now: dt.datetime) -> Chart:
    """Bring in the accountant's accounts of one kind of body; ledgers known later follow them. Refuses ChartUnreadable.

    Ledgers with an earlier `known_at` keep the accounts that stood then.
    """
    checked_lines(lines)
    told = [line._asdict() for line in lines]
    return Chart.objects.create(organisation_kind=organisation_kind, lines=told, imported_at=now)
