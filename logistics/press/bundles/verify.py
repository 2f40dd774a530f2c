#!/usr/bin/env python3
"""Check a bundle of the books of Nuanliu without trusting whoever made it.

    python3 verify.py BUNDLE.zip [--key VERIFIER-KEY] [--checkpoint KEPT.txt] [--lang zh|en]

Needs Python 3.8 and nothing else: no network, no database. It hashes every row again and never believes a hash that
it was given; what was signed is the root over all (RFC 9162, C2SP tlog-checkpoint, Ed25519). Then it books every entry
again and compares. Ends with 0: everything holds; 1: something was changed, the first bad line is named; 2: no bundle.
"""

from __future__ import annotations

import argparse
import base64
import copy
import csv
import hashlib
import io
import json
import locale
import re
import sys
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any, BinaryIO, Dict, Iterator, List, Tuple

# What can be wrong | what to do | in Chinese | in English
_TEXTS = """
file_changed | again | 文件与清单不符（缺少、多出或不同） | Not what the manifest says: absent, added or another
line_unreadable | again | 这一行读不懂 | This line cannot be read
signature_wrong | ask | 校验点的签名不成立 | The checkpoint is not signed by this key
checkpoint_order | ask | 校验点次序不对 | The checkpoints are out of order
log_rolled_back | ask | 日志比您保存的校验点短 | The log is shorter than the checkpoint that you kept
log_rewritten | ask | 此行或之前被改过 | Changed here or before, behind the last good checkpoint
leaf_missing | ask | 日志的行数与校验点不符 | The log has more or fewer lines than was signed
row_changed | compare | 这一行在账里被改过，与封存时不同 | This row was changed in the books after it was sealed
row_gone | ask | 这一行已从账里删除 | This row was deleted from the books
row_unlogged | ask | 这一行从未封存，是从后台插入的 | This row was never sealed: it was put in behind the books' back
hash_changed | ask | 存放的哈希被改过，账行本身无误 | The stored hash was changed; the row itself is as it was sealed
number_wrong | ask | 本单位的序号中断：有一行被藏起或调换 | A body's own numbers break: a row was hidden or moved
entry_impossible | compare | 分录不成立（划转不齐，或编号、数量、价值、账户不对） | The entry cannot be: its transfers, units, value or accounts
units_not_held | compare | 账户当时没有这些数量（余额为负） | The account did not hold these units: negative balance
value_lost | compare | 批次的价值与其来源或余额不符 | The value of the lot is not that of its sources or balance
reversal_wrong | compare | 冲正与原分录不是一一对应 | The reversal does not mirror its entry, once
permit_missing | compare | 限定用途而没有相符的、未用过的核定 | Restricted means reached a household without a fitting permit
period_closed | compare | 记入了已结账的期间 | It was booked into a closed period
frozen_wrong | compare | 结账时冻结的余额与分录之和不符 | The balances that froze are not the sums of the entries
voucher_wrong | compare | 记账凭证号不连续或次序不对 | The vouchers are not numbered in the order of the log
balance_wrong | compare | 余额与分录之和不符 | The balance is not the sum of the entries
again | - | 请重新索取这个包 | Ask for the bundle again
ask | - | 请保留此包与校验点，要求书面说明 | Keep the bundle and the checkpoint, and ask for an explanation in writing
compare | - | 请调阅原始凭证，并与以前取得的包比较 | Ask for the evidence, and compare with a bundle from before
holds | - | 全部相符：日志 %d 行（本单位 %d 行），分录 %d 笔，凭证 %d 张；%d 处其他单位账户的余额未核对 | Everything holds: %d leaves (%d of these bodies), %d entries, %d vouchers; %d sides of other bodies were not checked
no_key | - | 公钥取自包内，请与另行取得的核对（--key） | The key came with the bundle: compare it with one from elsewhere (--key)
no_old | - | 未与以前保存的校验点比较（--checkpoint） | No checkpoint kept from before was compared (--checkpoint)
ledger_wrong | compare | 序时账与封存的分录不符 | The journal does not say what the sealed entries say
"""
TEXTS = {row[0]: (row[2], row[3], row[1]) for row in (line.split(" | ") for line in _TEXTS.strip().split("\n"))}
# As in the books: where things come from or end uncounted, and moves that get no voucher.
SOURCES = frozenset("DONOR SUPPLIER OPENING ASSEMBLY INCOME SURPLUS".split())
WITHOUT_VOUCHER = frozenset("ASSEMBLY BREAK_UP YARN_OUT KNITTING MOVE_OUT MOVE_IN HOLD RELEASE RESERVE PACK".split())
EVERYBODY, LEAVES, CHECKPOINTS = "00000000-0000-0000-0000-000000000000", "leaves.jsonl", "checkpoints.jsonl"
# A line is {"hash":"<64 digits>","record":<the bytes that are hashed>}; of other bodies there is the hash alone.
HASH, RECORD = slice(9, 73), slice(84, -2)
ENTRY, PERIOD = b'"kind":"ENTRY","lots"', b'"kind":"PERIOD","period"'
Sums = Dict[Tuple[str, str], Tuple[int, int]]
Spans = List[Tuple[int, int]]


class Fault(Exception):
    """The first bad line: what is wrong, in which file, at which line (0: none), and which row it is."""


class Bundle:
    """The files of a bundle, in a ZIP or unpacked in a folder."""

    def __init__(self, path: Path) -> None:
        self._folder = path if path.is_dir() else None
        self._zip = None if self._folder else zipfile.ZipFile(str(path))

    def names(self) -> list[str]:
        if self._folder is None:
            return self._zip.namelist() if self._zip else []
        return sorted(path.relative_to(self._folder).as_posix() for path in self._folder.rglob("*") if path.is_file())

    def open(self, name: str) -> BinaryIO:
        try:
            stream: Any = self._zip.open(name) if self._zip else (self._folder or Path()).joinpath(name).open("rb")
        except (OSError, KeyError):
            raise Fault("file_changed", name, 0, "") from None
        return io.BufferedReader(stream, 1 << 20)

    def text(self, name: str) -> str:
        with self.open(name) as stream:
            return stream.read().decode()

    def rows(self, name: str) -> Iterator[tuple[int, Any]]:
        with self.open(name) as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    yield number, json.loads(line.decode())
                except ValueError:
                    raise Fault("line_unreadable", name, number, "") from None


def said(row: bytes) -> str:
    """Name a row for people: what kind, and its id."""
    kinds, ids = re.findall(rb'"kind":"(\w+)"', row), re.findall(rb'"id":"([\w-]+)"', row)
    return b" ".join([*kinds[-1:], *kinds[:-1][:1], *ids[:1]]).decode()


P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Verify an Ed25519 signature (RFC 8032, section 5.1), in extended coordinates: s * base - h * key is its point."""

    def added(p: Any, q: Any) -> Any:
        a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
        c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
        e, f, g, h = b - a, d - c, d + c, b + a
        return e * f % P, g * h % P, f * g % P, e * h % P

    def point_of(data: bytes) -> Any:
        y, sign = int.from_bytes(data, "little") % 2**255, data[31] >> 7
        square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
        x = pow(square, (P + 3) // 8, P)
        x = x * ROOT % P if (x * x - square) % P else x
        if y >= P or (x * x - square) % P or (x == 0 and sign):
            return None
        x = P - x if x & 1 != sign else x
        return x, y, 1, x * y % P

    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = point_of(key), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    base, less = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")), (P - a[0], a[1], 1, P - a[3])
    points, found = ((0, 1, 1, 0), base, less, added(base, less)), (0, 1, 1, 0)
    for place in reversed(range(L.bit_length())):
        found = added(added(found, found), points[(s >> place & 1) + 2 * (h >> place & 1)])
    return all((found[n] - r[n] * found[2]) % P == 0 for n in (0, 1))


def read_checkpoint(note: str, verifier: str, file: str, line: int = 0) -> tuple[int, bytes]:
    """Return the size and root of a checkpoint that this key signed (C2SP signed-note)."""
    try:
        name, identity, encoded = verifier.strip().split("+", 2)
        key = base64.b64decode(encoded, validate=True)
        body, signatures = note.split("\n\n")
        origin, size, root = body.split("\n")
        *rows, end = signatures.split("\n")
        signed = [base64.b64decode(row.split(" ")[2], validate=True) for row in rows if row.split(" ")[1] == origin]
        found = int(size), base64.b64decode(root, validate=True)
    except (ValueError, IndexError):
        raise Fault("line_unreadable", file, line, "") from None
    short = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    is_ours = not end and all(row.startswith("\u2014 ") for row in rows) and origin == name and short.hex() == identity
    ours = [row[4:] for row in signed if is_ours and key[:1] == b"\x01" and row[:4] == short]
    if not any(is_signed(key[1:], f"{body}\n".encode(), signature) for signature in ours):
        raise Fault("signature_wrong", file, line, "")
    return found


class Tree:
    """The Merkle tree of RFC 9162, section 2.1: grows leaf by leaf and keeps the roots of complete subtrees alone."""

    def __init__(self) -> None:
        self.size, self._stack = 0, []  # type: int, list[bytes]

    def append(self, node: bytes) -> None:
        place = self.size
        while place & 1:
            node, place = hashlib.sha256(b"\x01" + self._stack.pop() + node).digest(), place >> 1
        self._stack.append(node)
        self.size += 1

    def root(self) -> bytes:
        root = self._stack[-1] if self._stack else hashlib.sha256().digest()
        for left in reversed(self._stack[:-1]):
            root = hashlib.sha256(b"\x01" + left + root).digest()
        return root


def check_files(bundle: Bundle) -> dict[str, Any]:
    """Compare every file with the manifest, and return it."""
    manifest: dict[str, Any] = json.loads(bundle.text("manifest.json"))
    listed = {row["name"]: row["sha256"] for row in manifest["files"]}
    for name in sorted(set(bundle.names()) - {"manifest.json", *listed}):
        raise Fault("file_changed", name, 0, "")
    for name, told in listed.items():
        digest = hashlib.sha256()
        with bundle.open(name) as stream:
            for part in iter(lambda: stream.read(1 << 20), b""):
                digest.update(part)
        if digest.hexdigest() != told:
            raise Fault("file_changed", name, 0, "")
    return manifest


class Log:
    """Reads the log once: hashes rows, grows the tree, counts each body's own numbers, notes what entries stand on."""

    def __init__(self, bundle: Bundle, manifest: dict[str, Any], verifier: str, kept: str | None) -> None:
        self.bundle, self.own, self.is_whole = bundle, {*manifest["organisations"], EVERYBODY}, manifest["is_whole"]
        # Two trees: of the hashes that stood in the database, and from the first bad row on of the rows that stand there.
        self.told, self.rows, self.bad = Tree(), None, None  # type: Tree, Tree | None, Fault | None
        self.last_good, self.roots, self.numbers = 0, {}, defaultdict(int)  # type: int, dict[int, bytes], dict[str, int]
        # Accounts: their kinds. Lots: [purse, units, value] of goods; [purse, None, units born so far] of money.
        self.accounts, self.lots = {}, {}  # type: dict[str, str], dict[str, list[Any]]
        # Permits by id; the line from which on a purse is restricted; the closed days of bodies; entries reversed.
        self.permits, self.restricted = {}, {}  # type: dict[str | None, Any], dict[str, int]
        self.closings, self.reversed = defaultdict(list), set()  # type: dict[str, list[str]], set[str]
        for line, row in bundle.rows(CHECKPOINTS):
            size, root = read_checkpoint(row["note"], verifier, CHECKPOINTS, line)
            if size <= max(self.roots, default=0):
                raise Fault("checkpoint_order", CHECKPOINTS, line, "")
            self.roots[size] = root
        self.size, root = read_checkpoint(bundle.text("checkpoint.txt"), verifier, "checkpoint.txt")
        if (self.size, root) != max(self.roots.items()):
            raise Fault("checkpoint_order", "checkpoint.txt", 0, "")
        olds = [bundle.text(name) for name in bundle.names() if name == "checkpoint-old.txt"]
        for note in [*olds, *([kept] if kept else [])]:
            size, root = read_checkpoint(note, verifier, "--checkpoint")
            if size > self.size:
                raise Fault("log_rolled_back", "--checkpoint", 0, f"{size} > {self.size}")
            if self.roots.setdefault(size, root) != root:
                raise Fault("log_rewritten", LEAVES, size, "")

    def check(self) -> None:
        with self.bundle.open(LEAVES) as stream:
            for line, data in enumerate(stream, start=1):
                if line > self.size:
                    raise Fault("row_unlogged" if b'"unlogged":' in data else "leaf_missing", LEAVES, line, said(data))
                try:
                    self._take(line, data)
                except (KeyError, TypeError, ValueError, IndexError, AttributeError):
                    raise Fault("line_unreadable", LEAVES, line, "") from None
                if line in self.roots:
                    self._compare(line, self.roots[line])
        if self.told.size != self.size:
            raise Fault("leaf_missing", LEAVES, self.told.size + 1, "")

    def _take(self, line: int, data: bytes) -> None:
        told, record = bytes.fromhex(data[HASH].decode()), data[RECORD]
        found = told
        if data[73:84] == b'","record":':
            found = hashlib.sha256(b"\x00" + record).digest()
            if found != told:
                self.bad = self.bad or Fault("row_changed", LEAVES, line, said(record))
            self._note(line, record)
        elif data[73:] != b'"}\n' or self.is_whole:
            self.bad = self.bad or Fault("row_gone", LEAVES, line, said(data))
        if found != told and not self.rows:
            self.rows = copy.deepcopy(self.told)
        self.told.append(told)
        if self.rows:
            self.rows.append(found)

    def _note(self, line: int, record: bytes) -> None:
        """Note what entries stand on: a record ends with `,"number":"<n>","organisation":"<id>"}`."""
        owner = record[-38:-2].decode()
        self.numbers[owner] += owner in self.own
        if owner in self.own and not record[:-56].endswith(b',"number":"%d' % self.numbers[owner]):
            self.bad = self.bad or Fault("number_wrong", LEAVES, line, said(record))
        if ENTRY in record:
            place = record.find(b'"reverses_id":"')
            self.reversed.update([record[place + 15 : place + 51].decode()] if place >= 0 else [])
            return
        fact = json.loads(record)["fact"]
        kind = fact["kind"]
        if kind == "ACCOUNTS":
            self.accounts.update((row["id"], row["kind"]) for row in fact["accounts"])
        elif kind == "PERMITS":
            self.permits.update((row["id"], row) for row in fact["permits"])
        elif kind == "MONEY_LOT":
            self.lots[fact["lot"]["id"]] = [fact["lot"]["purse_id"], None, 0]
        elif kind == "RESTRICTION":
            self.restricted.setdefault(fact["purse"], line)
        elif kind == "PURSE" and fact["purse"]["is_restricted"]:
            self.restricted[fact["purse"]["id"]] = line
        elif kind == "PERIOD":
            self.closings[owner].append(fact["period"]["ends_on"])

    def _compare(self, line: int, root: bytes) -> None:
        if self.rows and self.told.root() != root and self.rows.root() == root and self.bad is not None:
            raise Fault("hash_changed", *self.bad.args[1:])
        if self.bad is not None:
            raise self.bad
        if self.told.root() != root:
            raise Fault("log_rewritten", LEAVES, line, f"{self.last_good} < n <= {line}")
        self.last_good = line


class Books:
    """Books every entry again, in the order of the log."""

    def __init__(self, bundle: Bundle, log: Log, manifest: dict[str, Any]) -> None:
        self.bundle, self.log, self.manifest = bundle, log, manifest
        # What accounts hold of lots: units and value. What was used once: permits, and entries reversed.
        self.held, self.used = {}, set()  # type: dict[tuple[str, str], tuple[Spans, int]], set[str]
        self.opening, self.closing, self.lines = {}, {}, set()  # type: Sums, Sums, set[int]
        # By organisation: sums by the number of the closing that a day falls under.
        self.sums: dict[str, dict[int, Sums]] = defaultdict(lambda: defaultdict(dict))
        self.closed, self.mirrors = defaultdict(int), {}  # type: dict[str, int], dict[str, Any]
        self.numbers, self.vouchers = defaultdict(int), set()  # type: dict[tuple[str, str], int], set[int]
        self.entries = self.strangers = 0

    def check(self) -> None:
        with self.bundle.open(LEAVES) as stream:
            for line, data in enumerate(stream, start=1):
                if ENTRY in data or PERIOD in data:
                    fact, owner = json.loads(data[RECORD].decode())["fact"], data[-40:-4].decode()
                    try:
                        (self._check_entry if ENTRY in data else self._check_period)(line, fact, owner)
                    except (KeyError, ValueError, TypeError, IndexError):
                        raise Fault("line_unreadable", LEAVES, line, said(data)) from None
        compare("voucher_wrong", "vouchers.jsonl", self.bundle.rows("vouchers.jsonl"), self.vouchers)
        for name, sums in (("opening.jsonl", self.opening), ("closing.jsonl", self.closing)):
            known = {hash((*key, *pair)) for key, pair in sums.items() if pair != (0, 0)}
            compare("balance_wrong", name, self.bundle.rows(name), known)
        compare("ledger_wrong", "journal.csv", self._journal(), self.lines)

    def _check_entry(self, line: int, fact: dict[str, Any], owner: str) -> None:
        entry, self.entries = fact["entry"], self.entries + 1

        def need(is_so: object, code: str, *what: object) -> None:
            if not is_so:
                raise Fault(code, LEAVES, line, " ".join(map(str, (entry["kind"], entry["id"], *what))))

        rows = [(row[1], row[2], row[3], int(row[4]), int(row[5]), int(row[6]), row[7]) for row in fact["transfers"]]
        numbers, told = [row[0] for row in fact["transfers"]], (entry["transfer_count"], entry["organisation_id"])
        need(numbers == [str(n) for n in range(len(rows))] and told == (str(len(rows)), owner), "entry_impossible")
        need(entry["booked_on"] > max(self.log.closings[owner][: self.closed[owner]], default=""), "period_closed")
        self._check_lots(fact, rows, need)
        for position, row in enumerate(rows):
            self._move(row, need)
            self._add_up(entry, owner, position, row)
        self._check_uses(line, entry, rows, need)
        if entry["kind"] not in WITHOUT_VOUCHER and owner in self.log.own:
            series = (owner, entry["booked_on"][:7])
            self.numbers[series] += 1
            self.vouchers.add(hash((*series, self.numbers[series], entry["id"])))

    def _check_lots(self, fact: dict[str, Any], rows: list[Any], need: Any) -> None:
        born = {row[0]: row[3:6] for row in rows if row[6]}
        for lot in fact["lots"]:
            quantity, value = int(lot["quantity"]), int(lot["value_minor"])
            need(born.get(lot["id"]) == (0, quantity, value), "entry_impossible", lot["id"])
            self.log.lots[lot["id"]] = [lot["purse_id"], quantity, value]
        values: dict[str, int] = defaultdict(int)
        for made, made_start, made_stop, source, *numbers in fact["sources"]:
            start, stop, value = map(int, numbers)
            values[made] += value
            known = self.log.lots.get(source)
            need(known or not self.log.is_whole, "entry_impossible", source)
            width, part = stop - start, int(made_stop) - int(made_start)
            need(width > 0 and part > 0 and value >= 0, "value_lost", made)
            fits = not known or (width == part == value if known[1] is None else stop <= known[1] and value <= known[2])
            need(fits, "value_lost", made)
        for made, value in values.items():
            need(self.log.lots.get(made, [0, 0, -1])[2] == value, "value_lost", made)

    def _move(self, row: Any, need: Any) -> None:
        lot, credit, debit, start, stop, value, is_origin = row
        known, is_possible = self.log.lots.get(lot), 0 <= start < stop and value >= 0 and credit != debit
        if known and known[1] is None:
            is_possible &= value == stop - start and (start == known[2] if is_origin else stop <= known[2])
            known[2] = max(stop, known[2])
        else:
            is_possible &= stop <= known[1] if known else not self.log.is_whole
        need(is_possible, "entry_impossible", lot)
        for account, sign in ((credit, -1), (debit, 1)):
            kind, key = self.log.accounts.get(account), (account, lot)
            if not kind:
                need(not self.log.is_whole, "entry_impossible", account)
                self.strangers += 1
            elif kind not in SOURCES:
                before, worth = self.held.pop(key, ([], 0))
                spans, worth = moved(before, start, stop, sign), worth + sign * value
                need(spans is not None, "units_not_held", account, lot)
                need(worth >= 0 and (spans or not worth), "value_lost", account, lot)
                if spans:
                    self.held[key] = spans, worth

    def _add_up(self, entry: dict[str, Any], owner: str, position: int, row: Any) -> None:
        lot, credit, debit, start, stop, value, _ = row
        day, ends, asked = entry["booked_on"], self.log.closings[owner], self.manifest
        kept = [self.sums[owner][sum(day > end for end in ends)]] if ends and day <= ends[-1] else []
        if owner in self.log.own and entry["posted_at"] <= asked["known_at"] and day <= asked["to"]:
            kept.append(self.closing)
            if day < asked["from"]:
                kept.append(self.opening)
            else:
                self.lines.add(hash((entry["id"], str(position), day, lot, str(stop - start), str(value))))
        for sums in kept:
            add(sums, (debit, lot), (stop - start, value))
            add(sums, (credit, lot), (start - stop, -value))

    def _check_uses(self, line: int, entry: dict[str, Any], rows: list[Any], need: Any) -> None:
        """Check that a reversal mirrors its entry and a permit fits, and that each happens once."""
        target, name, permit = entry["reverses_id"], entry["permit_id"], self.log.permits.get(entry["permit_id"], {})
        need(target not in self.used, "reversal_wrong", target)
        need(name not in self.used, "permit_missing", name)
        self.used.update({target, name} - {None})
        if entry["id"] in self.log.reversed:
            self.mirrors[entry["id"]] = [(row[0], row[2], row[1], *row[3:6]) for row in rows]
        need(not target or self.mirrors.get(target) == [row[:6] for row in rows], "reversal_wrong", target)
        for lot, _, debit, *_ in rows:
            purse = self.log.lots.get(lot, [""])[0]
            if self.log.accounts.get(debit) == "HOUSEHOLD" and self.log.restricted.get(purse, line) < line:
                fits = (permit.get("purse_id"), permit.get("account_id")) == (purse, debit)
                need(fits and entry["occurred_at"][:10] <= permit["valid_until"], "permit_missing", debit)

    def _check_period(self, line: int, fact: dict[str, Any], owner: str) -> None:
        self.closed[owner] += 1
        summed: Sums = {}
        for number in range(self.closed[owner] if owner in self.log.own else 0):
            for key, pair in self.sums[owner][number].items():
                add(summed, key, pair)
        rows = [[*key, *map(str, pair)] for key, pair in sorted(summed.items()) if pair != (0, 0)]
        text = json.dumps(rows, separators=(",", ":")).encode()
        if owner in self.log.own and hashlib.sha256(text).hexdigest() != fact["balances_sha256"]:
            raise Fault("frozen_wrong", LEAVES, line, fact["period"]["ends_on"])

    def _journal(self) -> Iterator[tuple[int, Any]]:
        with self.bundle.open("journal.csv") as stream:
            lines = csv.reader(io.TextIOWrapper(stream, "utf-8-sig", newline=""))
            names = [heading.split(" ")[-1] for heading in next(lines, [])]
            cells = [names.index(name) for name in ("entry", "position", "booked_on", "lot", "quantity", "value")]
            yield from ((number, [row[cell] for cell in cells]) for number, row in enumerate(lines, start=2))


def compare(code: str, name: str, rows: Iterator[tuple[int, Any]], known: set[int]) -> None:
    """Compare the lines of a file with what the sealed entries make: these and no others, each once."""
    for line, row in rows:
        if hash(tuple(row)) not in known:
            raise Fault(code, name, line, " ".join(map(str, row)))
        known.remove(hash(tuple(row)))
    if known:
        raise Fault(code, name, 0, f"-{len(known)}")


def add(sums: Sums, key: tuple[str, str], pair: tuple[int, int]) -> None:
    """Add a quantity and a value to what an account has of a lot."""
    before = sums.get(key, (0, 0))
    sums[key] = before[0] + pair[0], before[1] + pair[1]


def moved(spans: Spans, start: int, stop: int, sign: int) -> Spans | None:
    """Add units to what an account holds, or take them away; None where they are there already, or are not."""
    if len(spans) == 1 and sign > 0 and spans[0][1] <= start:
        return [(spans[0][0], stop)] if spans[0][1] == start else [*spans, (start, stop)]
    if sign < 0:
        holding = [pair for pair in spans if pair[0] <= start and stop <= pair[1]]
        left = [pair for low, high in holding for pair in ((low, start), (stop, high)) if pair[0] < pair[1]]
        return sorted([pair for pair in spans if pair not in holding] + left) if holding else None
    if any(low < stop and start < high for low, high in spans):
        return None
    near = [pair for pair in spans if pair[1] == start or pair[0] == stop]
    whole = min([start, *(pair[0] for pair in near)]), max([stop, *(pair[1] for pair in near)])
    return sorted([pair for pair in spans if pair not in near] + [whole])


def main(arguments: list[str] | None = None) -> int:
    """Check, say what was found, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--key", help="the log's verifier key, as you got it from somewhere else than this bundle")
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint that you kept from before")
    parser.add_argument("--lang", choices=("zh", "en"))
    options = parser.parse_args(arguments)
    is_en = (options.lang or str(locale.getlocale()[0]).lower()[:2]) not in ("zh", "ch")
    try:
        kept = options.checkpoint.read_text(encoding="utf-8") if options.checkpoint else None
        bundle = Bundle(options.bundle)
        manifest = check_files(bundle)
        log = Log(bundle, manifest, options.key or bundle.text("verifier-key.txt"), kept)
        log.check()
        books = Books(bundle, log, manifest)
        books.check()
    except Fault as fault:
        code, file, line, what = fault.args
        print(f"{file}:{line}: {TEXTS[code][is_en]} [{code}] {what}\n  -> {TEXTS[TEXTS[code][2]][is_en]}")
        return 1
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        print(f"{('这不是完整的包', 'This is no whole bundle')[is_en]}: {error!r}", file=sys.stderr)
        return 2
    own, vouchers = sum(log.numbers.values()), sum(books.numbers.values())
    print(TEXTS["holds"][is_en] % (log.size, own, books.entries, vouchers, books.strangers))
    print("\n".join(TEXTS[name][is_en] for name, given in (("no_key", options.key), ("no_old", kept)) if not given))
    return 0


if __name__ == "__main__":
    sys.exit(main())
