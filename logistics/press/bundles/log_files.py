"""The files of a bundle that `verify.py` reads: every leaf said again from the rows that stand now, and the roots."""

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Q

from logistics.journal.log import Leaf, SealedLeaf, SignedCheckpoint, UnsealedLeaf, Voucher
from logistics.journal.models import Account, Lot, Transfer
from logistics.journal.periods import balances_by
from logistics.journal.postings import LeafData
from logistics.journal.sealing import consistency_proof, log_verifier_key
from logistics.journal.standing import SEALED, said_again, unlogged_facts
from logistics.kernel.canonical import numbered_record
from logistics.kernel.checkpoints import consistency_text
from logistics.kernel.merkle import is_consistent
from logistics.kernel.refusals import Conflicting
from logistics.press.bundles.bundle import Bundle

LEAVES_PER_PART = 1_000
# So many that a rewritten log can be narrowed down, so few that each is verified in a moment.
CHECKPOINTS_MAX = 200


class LogBroken(Conflicting):
    code = "log_broken"
    zh = "日志不再与校验点 {size} 一致，请立即运行 verify_journal。"
    en = "The log is no longer consistent with checkpoint {size}: run verify_journal now."


def leaf_lines(bundle: Bundle) -> Iterator[bytes]:
    """Write the log, a line a leaf: own facts as their rows say them now, of other bodies' the hash alone."""
    shown, last = _shown_besides(bundle), -1
    while last + 1 < bundle.checkpoint.size:
        rows = SealedLeaf.objects.filter(id__gt=last, id__lt=bundle.checkpoint.size).select_related("leaf")
        chunk = list(rows.order_by("id")[:LEAVES_PER_PART])
        if not chunk:
            break
        own = [row for row in chunk if _is_shown(bundle, row, shown)]
        again = said_again([row.leaf for row in own])
        kept = {row.id for row in own}
        yield b"".join(_line(row, again) if row.id in kept else _hash(row) + b"}\n" for row in chunk)
        last = chunk[-1].id
    yield from _unlogged_lines(bundle)


def checkpoint_lines(bundle: Bundle) -> Iterator[bytes]:
    """Write checkpoints of the log up to the bundle's, evenly chosen, so that a fault can be narrowed down."""
    rows = SignedCheckpoint.objects.filter(size__lt=bundle.checkpoint.size).order_by("size")
    sizes = list(rows.values_list("size", flat=True))
    step = -(-len(sizes) // CHECKPOINTS_MAX) or 1
    notes = dict(rows.filter(size__in=sizes[::step]).values_list("size", "note"))
    for size in sorted(notes):
        yield _json({"note": notes[size]})
    yield _json({"note": bundle.checkpoint.note})


def consistency_lines(bundle: Bundle) -> Iterator[bytes]:
    """Write the consistency proof from the auditor's checkpoint to the bundle's, a hash a line. Refuses LogBroken."""
    assert bundle.old is not None
    if bundle.old.size > bundle.checkpoint.size:
        return
    proof = consistency_proof(old=bundle.old, new=bundle.checkpoint)
    roots = bytes.fromhex(bundle.old.root), bytes.fromhex(bundle.checkpoint.root)
    if not is_consistent(bundle.old.size, bundle.checkpoint.size, proof, *roots):
        raise LogBroken(size=bundle.old.size)
    yield consistency_text(proof).encode()


def verifier_key_line(bundle: Bundle) -> Iterator[bytes]:
    """Write the key that checks the checkpoints."""
    yield f"{log_verifier_key()}\n".encode()


def voucher_lines(bundle: Bundle) -> Iterator[bytes]:
    """Write [organisation, month, number, entry] of each voucher, in the order of the log."""
    sealed = SealedLeaf.objects.filter(id__lt=bundle.checkpoint.size, leaf__kind="ENTRY")
    numbers = sealed.filter(organisation_id__in=bundle.own).order_by("id").values_list("id", "leaf__subject_id")
    part: list[uuid.UUID] = []
    for _, entry_id in numbers.iterator(chunk_size=LEAVES_PER_PART):
        part.append(entry_id)
        if len(part) == LEAVES_PER_PART:
            yield _vouchers_of(part)
            part = []
    yield _vouchers_of(part) + _other_vouchers(bundle)


def opening_lines(bundle: Bundle) -> Iterator[bytes]:
    """Write [account, lot, quantity, value] of everything at the end of the day before the first."""
    return _balance_lines(bundle, is_opening=True)


def closing_lines(bundle: Bundle) -> Iterator[bytes]:
    """Write [account, lot, quantity, value] of everything at the end of the last day."""
    return _balance_lines(bundle, is_opening=False)


def _is_shown(bundle: Bundle, row: SealedLeaf, shown: set[uuid.UUID]) -> bool:
    return bundle.is_whole or bundle.owns(row.organisation_id, row.leaf.organisation_id) or row.leaf_id in shown


def _line(row: SealedLeaf, again: Mapping[uuid.UUID, LeafData]) -> bytes:
    """Write a leaf with its row; where the row is gone, with its name alone."""
    leaf = row.leaf
    fact = again[leaf.id].data if leaf.id in again else None if leaf.kind in SEALED else bytes(leaf.data)
    if fact is None:
        gone = {"kind": leaf.kind, "id": str(leaf.subject_id)}
        return _hash(row) + b',"gone":' + _json(gone)[:-1] + b"}\n"
    record = numbered_record(fact, organisation=str(row.organisation_id), number=row.own_number)
    return _hash(row) + b',"record":' + record + b"}\n"


def _hash(row: SealedLeaf) -> bytes:
    return f'{{"hash":"{row.hash}"'.encode()


def _shown_besides(bundle: Bundle) -> set[uuid.UUID]:
    """List other bodies' leaves that say no more than what own entries stand on: an account, a purse, its money."""
    if bundle.is_whole:
        return set()
    moved = Transfer.objects.filter(entry__organisation_id__in=bundle.own)
    sides = Q(credits__in=moved) | Q(debits__in=moved)
    accounts = Account.objects.filter(sides).exclude(organisation_id__in=bundle.own).values_list("id", flat=True)
    lots = Lot.objects.filter(transfers__in=moved).exclude(purse__organisation_id__in=bundle.own)
    subjects = {
        "ACCOUNTS": set(accounts),
        "PURSE": set(lots.values_list("purse_id", flat=True)),
        "RESTRICTION": set(lots.values_list("purse_id", flat=True)),
        "MONEY_LOT": set(lots.filter(item_id=None).values_list("id", flat=True)),
    }
    wanted = [Leaf.objects.filter(kind=kind, subject_id__in=ids) for kind, ids in subjects.items() if ids]
    return {leaf.id for rows in wanted for leaf in rows if leaf.kind != "ACCOUNTS" or _is_of_one(leaf)}


def _is_of_one(leaf: Leaf) -> bool:
    return len(json.loads(bytes(leaf.data))["accounts"]) == 1


def _unlogged_lines(bundle: Bundle) -> Iterator[bytes]:
    """Write the rows that no leaf speaks of, and the leaves that nobody will seal."""
    for fact in unlogged_facts():
        if bundle.is_whole or bundle.owns(fact.organisation_id):
            yield b'{"unlogged":' + fact.data + b"}\n"
    forgotten = Leaf.objects.filter(sealed=None).exclude(id__in=UnsealedLeaf.objects.values("leaf"))
    for leaf in forgotten.order_by("id"):
        if bundle.is_whole or bundle.owns(leaf.organisation_id):
            yield _json({"unlogged": {"kind": leaf.kind, "id": str(leaf.subject_id)}})


def _vouchers_of(entry_ids: Sequence[uuid.UUID]) -> bytes:
    rows = {row.entry_id: row for row in Voucher.objects.filter(entry__in=entry_ids)}
    return b"".join(_voucher_line(rows[entry_id]) for entry_id in entry_ids if entry_id in rows)


def _other_vouchers(bundle: Bundle) -> bytes:
    """Write the vouchers of no sealed entry: there should be none."""
    sealed = SealedLeaf.objects.filter(leaf__kind="ENTRY", organisation_id__in=bundle.own)
    rows = Voucher.objects.filter(organisation_id__in=bundle.own).exclude(entry__in=sealed.values("leaf__subject_id"))
    return b"".join(_voucher_line(row) for row in rows.order_by("organisation_id", "month", "number"))


def _voucher_line(row: Voucher) -> bytes:
    return _json([str(row.organisation_id), row.month, row.number, str(row.entry_id)])


def _balance_lines(bundle: Bundle, *, is_opening: bool) -> Iterator[bytes]:
    day = bundle.asked.until
    if is_opening:
        if bundle.asked.from_on == dt.date.min:
            return
        day = bundle.asked.from_on - dt.timedelta(days=1)
    summed: dict[tuple[uuid.UUID, uuid.UUID], tuple[int, int]] = {}
    for organisation_id in sorted(bundle.own):
        found = balances_by(organisation_id=organisation_id, on=day, known_at=bundle.known_at)
        for key, (quantity, value) in found.items():
            before = summed.get(key, (0, 0))
            summed[key] = (before[0] + quantity, before[1] + value)
    for (account, lot), (quantity, value) in sorted(summed.items()):
        yield _json([str(account), str(lot), quantity, value])


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
