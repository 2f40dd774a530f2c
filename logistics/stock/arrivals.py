"""Goods and money on their way: what left, and what of it came, was lost, damaged or came back, unit by unit."""

import datetime as dt
import uuid
from dataclasses import dataclass

from logistics.journal.models import Account, EntryKind, JournalEntry
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation

# Which columns of a line count what became of units, in the order in which units are told.
ENDS = ("received", "lost", "damaged", "returned")


class TransitStateWrong(Conflicting):
    code = "transit_state_wrong"
    zh = "这批物资的状态是 {state}，不能这样操作。"
    en = "What is on the way is {state}; this cannot be done now."


class LinesMismatch(Unacceptable):
    code = "lines_mismatch"
    zh = "须逐行填写：共 {count} 行。"
    en = "Answer line by line: there are {count} lines."


class MoreThanSent(Unacceptable):
    code = "more_than_sent"
    zh = "收到、丢失、损坏与退回之和（{counted}）超过还在途中的数量（{under_way}）。"
    en = "Received, lost, damaged and returned make {counted}, more than the {under_way} that are on the way."


class NothingArrived(Unacceptable):
    code = "nothing_arrived"
    zh = "请至少填写一行收到、丢失、损坏或退回的数量。"
    en = "Say of at least one line what was received, lost, damaged or returned."


@dataclass(frozen=True)
class Arrival:
    """What became of one line: units of its item, or minor units of money."""

    received: int = 0
    lost: int = 0
    damaged: int = 0
    returned: int = 0

    @property
    def total(self) -> int:
        """Count all that is accounted for."""
        return self.received + self.lost + self.damaged + self.returned


@dataclass(frozen=True)
class Receipt:
    """Who says what became of things on the way, and where each end of the way is."""

    actor: Actor
    organisation: Organisation
    transit: Account
    kind: EntryKind
    destination: Account
    origin: Account
    token: uuid.UUID
    now: dt.datetime

    @property
    def is_booked(self) -> bool:
        """Tell whether just this was told before."""
        keys = [self.key_of(end) for end in ENDS]
        return JournalEntry.objects.filter(idempotency_key__in=keys).exists()

    def key_of(self, end: str) -> str:
        """Name the entry of one end."""
        return f"arrival:{self.token}:{end}"
