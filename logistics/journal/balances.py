"""The balances under a batch of postings: read under lock, moved in memory, written back with the entries."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from logistics.journal.locking import Key, locked_balances
from logistics.journal.models import Balance
from logistics.journal.postings import Movement, Piece, Side
from logistics.kernel.refusals import Conflicting
from logistics.kernel.spans import Span, count_of_units, has_span, with_span, without_span
from logistics.storage.rows import new_id
from logistics.storage.writes import Put, Value


class UnitsNotThere(Conflicting):
    code = "units_not_there"
    zh = "账户 {account} 里没有批次 {lot} 的这些数量，可能刚被别人领用。请刷新后重试。"
    en = "Account {account} does not hold these units of lot {lot}; somebody may just have taken them. Look again."


@dataclass
class Holding:
    """What one account holds of one lot while a batch is being posted."""

    row_id: uuid.UUID = field(default_factory=new_id)
    version: int = 0
    value_minor: int = 0
    spans: list[Span] = field(default_factory=list)


class Holdings:
    """Every balance that a batch touches, locked in one order so that two batches never wait for each other."""

    def __init__(self, movements: Sequence[Movement], locked: Sequence[Balance] = ()) -> None:
        """Lock what the movements touch; `locked` is what the caller has locked already."""
        keys = {key for movement in movements for key in _keys_of(movement)}
        self._held: dict[Key, Holding] = {key: Holding() for key in keys}
        for row in [*locked, *locked_balances(keys - {(row.account_id, row.lot_id) for row in locked})]:
            self._held[row.account_id, row.lot_id] = Holding(row.id, row.version, row.value_minor, _spans_of(row))

    def move(self, movement: Movement) -> None:
        """Move one piece. Refuses UnitsNotThere."""
        piece, credit, debit = movement
        if not credit.is_source:
            self._take(credit, piece)
        if not debit.is_source:
            held = self._held[debit.account_id, piece.lot_id]
            held.spans = with_span(held.spans, piece.span)
            held.value_minor += piece.value_minor

    def _take(self, credit: Side, piece: Piece) -> None:
        held = self._held[credit.account_id, piece.lot_id]
        if not has_span(held.spans, piece.span):
            raise UnitsNotThere(account=str(credit.account_id), lot=str(piece.lot_id))
        held.spans = without_span(held.spans, piece.span)
        held.value_minor -= piece.value_minor

    def rows(self) -> Put:
        """Say every touched balance as it is to be written: none of them if another writer was first."""
        rows: list[Mapping[str, Value]] = [
            {
                "id": held.row_id,
                "account_id": account_id,
                "lot_id": lot_id,
                "quantity": count_of_units(held.spans),
                "value_minor": held.value_minor,
                "spans": [list(span) for span in held.spans],
                "low": held.spans[0][0] if held.spans else 0,
                "high": held.spans[-1][1] if held.spans else 0,
                "version": held.version + 1,
            }
            for (account_id, lot_id), held in sorted(self._held.items())
        ]
        return Put(Balance, rows, ("account_id", "lot_id"), "version")


def _keys_of(movement: Movement) -> Iterable[Key]:
    for side in (movement.credit, movement.debit):
        if not side.is_source:
            yield side.account_id, movement.piece.lot_id


def _spans_of(row: Balance) -> list[Span]:
    return [(start, stop) for start, stop in row.spans]
