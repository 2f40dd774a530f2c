"""A parcel's state as a pure function of the set of its scans.

The contract is the table in `delivery_states.csv`: every state x every step -> outcome and next state. The scans fold
through it in the order of their corrected clocks, so that every order of arrival gives the same state. One thing is
never decided by a clock: which of two hand-overs by different devices stands.
"""

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files

STATES = (
    "PLANNED",
    "PACKED",
    "SEALED",
    "DISPATCHED",
    "AT_TRANSFER_POINT",
    "DELIVERED",
    "REFUSED",
    "RETURNED",
    "DAMAGED",
    "LOST",
    "CANCELLED",
    "DISPUTED",
)
STEPS = (
    "PACK",
    "SEAL",
    "DISPATCH",
    "RECEIVE",
    "ATTEMPT",
    "HAND_OVER",
    "REFUSE",
    "RETURN",
    "INSPECT",
    "DAMAGE",
    "LOSE",
    "FIND",
    "COUNT",
    "UNDO",
)
OUTCOMES = (
    "RECORDED",
    "REPEATED",
    "ALREADY_DONE",
    "ALREADY_DELIVERED",
    "DISPUTED",
    "WRONG_HOUSEHOLD",
    "WRONG_LOT",
    "PROOF_MISSING",
    "NOT_PACKED",
    "NOT_DISPATCHED",
    "CANCELLED",
    "RECALLED",
    "EXPIRED",
    "REVOKED_LABEL",
    "UNKNOWN_CODE",
    "FOREIGN_CODE",
    "BAD_CHECK",
    "NOT_ALLOWED",
    "MALFORMED",
)
ANY, SAME_DEVICE, OTHER_DEVICE = "ANY", "SAME_DEVICE", "OTHER_DEVICE"
# States in which the goods have left our care, and the step that ends there.
_ENDS = {"DELIVERED": "HAND_OVER", "DISPUTED": "HAND_OVER", "DAMAGED": "DAMAGE", "LOST": "LOSE"}


@dataclass(frozen=True, slots=True)
class TableRow:
    """One cell of the contract."""

    state: str
    step: str
    by: str
    outcome: str
    next_state: str


@dataclass(frozen=True, slots=True)
class ScanFact:
    """What the fold knows of one scan.

    `at_ms` is the device's clock in milliseconds of UTC, corrected by the skew that was measured when it was handed in.
    `refused` is an outcome fixed at arrival by facts that never change: such a scan is stored and has no effect.
    """

    scan_id: str
    step: str
    at_ms: int
    device: str
    sequence: int
    household: str | None = None
    reason: str | None = None
    undoes: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What an officer has settled, by the server's clock: of the hand-overs `judged`, `stands` is the true one or none.

    `household` says whom that one went to where no scan does; `is_packed` stands in for a PACK that never came.
    """

    settlement_id: str
    at_ms: int
    judged: tuple[str, ...] = ()
    stands: str | None = None
    household: str | None = None
    is_packed: bool = False


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a set of scans says of a parcel.

    `pack` is the scan that packed it, `end` the step by which the goods left our care (None while they are in it),
    `end_scan` the scan that stands for it, `rivals` the hand-overs that contradict that one.
    """

    state: str
    pack: str | None
    end: str | None
    end_scan: str | None
    household: str | None
    rivals: tuple[str, ...]
    outcomes: Mapping[str, str]


def table_rows() -> tuple[TableRow, ...]:
    """Return the contract, row by row."""
    return _ROWS


def conclude(
    facts: Iterable[ScanFact],
    *,
    household: str | None = None,
    cancelled_at_ms: int | None = None,
    settled: Iterable[Settled] = (),
) -> Conclusion:
    """Fold a set of scans and settlements. Their order means nothing.

    `household` is whom the parcel was meant for. `cancelled_at_ms` says when it was cancelled or taken apart, by the
    server's clock. A hand-over that an officer found true after that overrules it, and is the last that happened before
    it: whoever says that the family has the goods has seen that they are not on the shelf.
    """
    by_id = {fact.scan_id: fact for fact in facts}
    undone = _undone(by_id)
    ruling = _ruling(settled)
    overruling = _overruling(by_id, undone, ruling, cancelled_at_ms)
    fold = _Fold("PLANNED" if cancelled_at_ms is None or overruling else "CANCELLED")
    if ruling.packed:
        fold.take(ScanFact(ruling.packed, "PACK", 0, "", 0))
    placed = [overruling.get(fact.scan_id, fact) for fact in by_id.values()]
    for fact in sorted(placed, key=lambda fact: (fact.at_ms, fact.sequence, fact.scan_id)):
        if fact.refused is not None:
            fold.outcomes[fact.scan_id] = fact.refused
        elif fact.step == "UNDO":
            fold.outcomes[fact.scan_id] = "RECORDED" if fact.undoes in undone else "NOT_ALLOWED"
        elif fact.scan_id in undone:
            fold.outcomes[fact.scan_id] = "RECORDED"
        elif fact.step == "HAND_OVER" and fact.scan_id in ruling.aside:
            fold.outcomes[fact.scan_id] = "DISPUTED"
        else:
            fold.take(replace(fact, household=ruling.households.get(fact.scan_id, fact.household)))
    return fold.conclusion(household)


def answer_to(
    facts: Iterable[ScanFact],
    new: ScanFact,
    *,
    household: str | None = None,
    cancelled_at_ms: int | None = None,
    settled: Iterable[Settled] = (),
) -> str:
    """Tell what a scan is answered when it arrives beside what is known.

    Where another device has handed the parcel over, the answer is DISPUTED whichever of the two stands in the end.
    """
    conclusion = conclude([*facts, new], household=household, cancelled_at_ms=cancelled_at_ms, settled=settled)
    if new.scan_id in conclusion.rivals or (conclusion.rivals and new.scan_id == conclusion.end_scan):
        return "DISPUTED"
    return conclusion.outcomes[new.scan_id]


def hand_overs_after_cancelling(
    facts: Iterable[ScanFact], answered: Mapping[str, str], settled: Iterable[Settled] = ()
) -> list[str]:
    """Name the hand-overs that came when their parcel was cancelled or taken apart already.

    Somebody says that it was handed over, and the books have its goods on the shelf. `answered` says what each scan was
    answered on arrival, which no device's clock can steer. One that was taken back, or that an officer has judged,
    contradicts nothing any more.
    """
    by_id = {fact.scan_id: fact for fact in facts}
    done_with = _undone(by_id) | {scan_id for one in settled for scan_id in one.judged}
    return [
        fact.scan_id
        for fact in by_id.values()
        if fact.step == "HAND_OVER" and answered.get(fact.scan_id) == "CANCELLED" and fact.scan_id not in done_with
    ]


def _undone(by_id: Mapping[str, ScanFact]) -> set[str]:
    """Find the scans that were undone: by the same device, and never an UNDO itself."""
    undone = set()
    for fact in by_id.values():
        target = by_id.get(fact.undoes or "")
        is_undo = fact.step == "UNDO" and fact.refused is None
        if is_undo and target and target.step != "UNDO" and target.device == fact.device:
            undone.add(target.scan_id)
    return undone


@dataclass(frozen=True, slots=True)
class _Ruling:
    """What all settlements say together: hand-overs set aside, when others were found true and whom they went to.

    `packed` is what stands for a PACK.
    """

    aside: frozenset[str]
    true_at_ms: Mapping[str, int]
    households: Mapping[str, str]
    packed: str


def _ruling(settled: Iterable[Settled]) -> _Ruling:
    """Join settlements: for each hand-over the last one that names it counts."""
    stands: dict[str, int | None] = {}
    households: dict[str, str] = {}
    packed = ""
    for one in sorted(settled, key=lambda one: (one.at_ms, one.settlement_id)):
        stands.update({scan_id: one.at_ms if scan_id == one.stands else None for scan_id in one.judged})
        if one.stands and one.household:
            households[one.stands] = one.household
        packed = packed or (one.settlement_id if one.is_packed else "")
    aside = frozenset(scan_id for scan_id, at_ms in stands.items() if at_ms is None)
    true_at_ms = {scan_id: at_ms for scan_id, at_ms in stands.items() if at_ms is not None}
    return _Ruling(aside, true_at_ms, households, packed)


def _overruling(
    by_id: Mapping[str, ScanFact], undone: set[str], ruling: _Ruling, cancelled_at_ms: int | None
) -> dict[str, ScanFact]:
    """Find the hand-overs that were found true after a cancellation, and put each where it overrules that."""
    if cancelled_at_ms is None:
        return {}
    return {
        scan_id: replace(fact, at_ms=max(fact.at_ms, cancelled_at_ms))
        for scan_id, fact in by_id.items()
        if ruling.true_at_ms.get(scan_id, 0) > cancelled_at_ms and fact.refused is None and scan_id not in undone
    }


@dataclass
class _Fold:
    """The fold on its way through the table."""

    state: str
    pack: str | None = None
    end: ScanFact | None = None
    hand_overs: list[ScanFact] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)

    def take(self, fact: ScanFact) -> None:
        """Take one effective scan through its cell."""
        row = self._cell(fact)
        self.outcomes[fact.scan_id] = row.outcome
        if fact.step == "PACK" and self.pack is None and row.outcome != "CANCELLED":
            self.pack = fact.scan_id
        if fact.step == "HAND_OVER" and row.outcome in {"RECORDED", "DISPUTED"}:
            self.hand_overs.append(fact)
        if row.next_state not in {"DELIVERED", "DISPUTED"}:
            self.hand_overs = []
        if row.next_state != self.state:
            self.end = fact if row.next_state in _ENDS else None
        self.state = row.next_state

    def conclusion(self, household: str | None) -> Conclusion:
        """Say what the fold has come to."""
        chosen = min(self.hand_overs, key=lambda fact: _claim(fact, household), default=self.end)
        return Conclusion(
            state=self.state,
            pack=self.pack,
            end=_ENDS.get(self.state),
            end_scan=chosen.scan_id if chosen else None,
            household=chosen.household if chosen else None,
            rivals=tuple(sorted(fact.scan_id for fact in self.hand_overs if fact is not chosen)),
            outcomes=self.outcomes,
        )

    def _cell(self, fact: ScanFact) -> TableRow:
        row = _TABLE.get((self.state, fact.step, ANY))
        if row is not None:
            return row
        is_same = any(earlier.device == fact.device for earlier in self.hand_overs)
        return _TABLE[self.state, fact.step, SAME_DEVICE if is_same else OTHER_DEVICE]


def _claim(fact: ScanFact, household: str | None) -> tuple[bool, str]:
    """Rank a hand-over among its rivals: the meant household first, then by hash, which no clock can steer."""
    is_elsewhere = fact.household is not None and household is not None and fact.household != household
    return is_elsewhere, hashlib.sha256(fact.scan_id.encode()).hexdigest()


def _read_table() -> tuple[TableRow, ...]:
    text = files("logistics.kernel").joinpath("delivery_states.csv").read_text(encoding="utf-8")
    return tuple(TableRow(**row) for row in csv.DictReader(text.splitlines()))


def as_markdown(rows: Sequence[TableRow] | None = None) -> str:
    """Print the contract for the documentation: one line a state, one column a step."""
    cells: dict[tuple[str, str], str] = {}
    for row in rows or _ROWS:
        text = row.outcome if row.next_state == row.state else f"{row.outcome} → **{row.next_state}**"
        text = text if row.by == ANY else f"{text} ({row.by.lower().replace('_', ' ')})"
        earlier = cells.get((row.state, row.step))
        cells[row.state, row.step] = f"{earlier}; {text}" if earlier else text
    head = "| " + " | ".join(["state \\ step 状态 \\ 步骤", *STEPS]) + " |"
    rule = "|" + " --- |" * (len(STEPS) + 1)
    lines = ["| " + " | ".join([f"**{state}**", *(cells[state, step] for step in STEPS)]) + " |" for state in STATES]
    return "\n".join([head, rule, *lines])


_ROWS = _read_table()
_TABLE = {(row.state, row.step, row.by): row for row in _ROWS}
