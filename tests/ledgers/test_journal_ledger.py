"""The journal in full: every line once, in order, the same in every form and at every moment."""

import csv
import datetime as dt
import io
import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.journal.actions import reverse_entry
from logistics.journal.log import SealedLeaf
from logistics.journal.models import JournalEntry, Transfer
from logistics.journal.sealing import seal_leaves
from logistics.ledgers import lines
from logistics.ledgers.formats import written
from logistics.ledgers.reads import get_ledger, page_of_ledger
from logistics.ledgers.scope import Cell, LedgerScope
from logistics.parties.models import Donor
from tests.api.conftest import partner_of
from tests.cast import World
from tests.looking import nothing_written, statements


def _lines(scope: LedgerScope) -> list[dict[str, Cell]]:
    return [json.loads(line) for line in b"".join(written("journal", "jsonl", scope)).splitlines()]


def test_it_says_every_transfer_with_its_entry(world: World) -> None:
    gift = world.give_money(20_000)
    seal_leaves(now=world.now)
    (line,) = _lines(LedgerScope(world.county))
    assert line == {
        "entry": str(gift.entry_id),
        "position": 0,
        "organisation": "示例县",
        "voucher": "2026-01-1",
        "kind": "DONATION",
        "booked_on": "2026-01-12",
        "occurred_at": "2026-01-12T10:00:00+08:00",
        "posted_at": "2026-01-12T10:00:00+08:00",
        "debit_kind": "BANK",
        "debit": "示例县",
        "credit_kind": "DONOR",
        "credit": world.donor.reference,
        "lot": str(Transfer.objects.get().lot_id),
        "item": "CNY",
        "quantity": 20_000,
        "value": 20_000,
        "fund": "warm-2026",
        "basis": "AGENCY",
        "evidence": "",
        "actor": str(world.partner.holder_id),
        "approver": None,
        "reverses": None,
        "leaf_index": SealedLeaf.objects.get(leaf__subject_id=gift.entry_id).id,
        "donor_name": None,
    }


def test_it_gives_every_line_once_in_the_order_of_the_books(world: World) -> None:
    world.stock_kits(3)
    for parcel in world.plan(3):
        world.walk(parcel)
    told = [(line["entry"], line["position"]) for line in _lines(LedgerScope(world.county))]
    assert told == [(str(row.entry_id), row.position) for row in Transfer.objects.order_by("entry_id", "position")]
    assert len(told) == len(set(told)) > 10


def test_its_windows_join_without_a_gap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.stock_kits(3)
    whole = {form: b"".join(written("journal", form, LedgerScope(world.county))) for form in ("csv", "jsonl")}
    monkeypatch.setattr(lines, "WINDOW_FIRST", 1)
    monkeypatch.setattr(lines, "WINDOW_GROWTH", 1)
    for form, text in whole.items():
        assert b"".join(written("journal", form, LedgerScope(world.county))) == text


def test_its_pages_join_without_a_gap(world: World) -> None:
    world.stock_kits(3)
    scope, seen, after = LedgerScope(world.county), [], None
    while True:
        items, after = page_of_ledger(get_ledger("journal"), scope, after=after, limit=2)
        seen += items
        if after is None:
            break
    assert seen == _lines(scope)


def test_its_csv_is_what_a_spreadsheet_reads(world: World) -> None:
    world.stock_kits(1)
    Donor.objects.filter(id=world.donor.id).update(name='=1+1,"x"', may_be_named=True)
    for is_unmasked, name in ((False, ""), (True, '\'=1+1,"x"')):
        scope = LedgerScope(world.county, is_unmasked=is_unmasked)
        text = b"".join(written("journal", "csv", scope)).decode("utf-8-sig")
        head, *rows = csv.reader(io.StringIO(text))
        assert head[0] == "分录号 entry"
        assert rows[0][-1] == name
        told = [["" if cell is None else str(cell) for cell in line.values()] for line in _lines(scope)]
        assert [row[:-1] for row in rows] == [row[:-1] for row in told]


def test_it_narrows_to_a_fund_a_programme_and_days(world: World) -> None:
    world.give_money(100)
    world.give_money(200, fund=world.girls_fund)
    assert [line["value"] for line in _lines(LedgerScope(world.county, fund=world.girls_fund))] == [200]
    assert [line["value"] for line in _lines(LedgerScope(world.county, programme=world.warm))] == [100]
    assert _lines(LedgerScope(world.county, from_on=dt.date(2026, 1, 13))) == []
    assert _lines(LedgerScope(world.county, to_on=dt.date(2026, 1, 11))) == []
    assert len(_lines(LedgerScope(None))) == 2
    assert _lines(LedgerScope(world.stranger_county)) == []


def test_it_knows_nothing_of_what_came_later(world: World) -> None:
    gift = world.give_money(100)
    then = world.now + dt.timedelta(minutes=1)
    known = LedgerScope(world.county, known_at=then)
    before = _lines(known)
    reverse_entry(entry=gift.entry, now=world.now + dt.timedelta(days=1), reason_key="mistake")
    seal_leaves(now=world.now + dt.timedelta(days=1))
    assert _lines(known) == before
    assert [line["leaf_index"] for line in before] == [None], "the log had not numbered it yet"
    mirror = _lines(LedgerScope(world.county))[1]
    number = SealedLeaf.objects.get(leaf__subject_id=mirror["entry"]).id
    assert (mirror["reverses"], mirror["debit_kind"], mirror["leaf_index"]) == (str(gift.entry_id), "DONOR", number)
    assert _lines(LedgerScope(world.county, as_of=dt.date(2026, 1, 12))) == [_lines(LedgerScope(world.county))[0]]


def test_its_figures_count_what_it_lists(world: World) -> None:
    world.stock_kits(2)
    for scope in (LedgerScope(world.county), LedgerScope(world.county, fund=world.warm_fund)):
        found = _lines(scope)
        entries = len({line["entry"] for line in found})
        assert get_ledger("journal").summary(scope) == {"entries": entries, "lines": len(found)}
    assert JournalEntry.objects.count() == entries


def test_a_page_takes_a_constant_number_of_statements(world: World) -> None:
    world.stock_kits(1)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            page_of_ledger(get_ledger("journal"), LedgerScope(world.county), after=None, limit=50)
        counts.append(len(statements(queries)))
        for parcel in world.plan(1):
            world.walk(parcel)
        world.stock_kits(5)
    assert counts[0] == counts[1] <= 3


def test_names_are_shown_for_a_reason_that_is_logged(world: World) -> None:
    from logistics.ledgers.models import UnmaskedView

    Donor.objects.filter(id=world.donor.id).update(may_be_named=True)
    world.give_money(100)
    path = "/ledgers/journal?unmask=true"
    now = dt.datetime.now(dt.UTC)
    plain = partner_of(world.county, "ledgers:read", now=now)
    full = partner_of(world.county, "ledgers:read", "donations:read", now=now)
    with nothing_written():
        assert plain.get(f"{path}&reason=annual+audit").json()["code"] == "scope_missing"
        assert full.get(path).json()["code"] == "unmask_reason_missing"
        assert full.get("/ledgers/journal?unmask=maybe").status_code == 400
        assert full.get("/ledgers/journal").json()["items"][0]["donor_name"] is None
    assert full.get(f"{path}&reason=annual+audit").json()["items"][0]["donor_name"] == "示例捐赠人"
    view = UnmaskedView.objects.get()
    assert (view.ledger, view.reason, view.asked["unmask"]) == ("journal", "annual audit", "true")
    Donor.objects.filter(id=world.donor.id).update(may_be_named=False)
    assert full.get(f"{path}&reason=annual+audit").json()["items"][0]["donor_name"] is None


def test_a_moment_that_is_not_settled_is_refused(world: World) -> None:
    now = dt.datetime.now(dt.UTC)
    partner = partner_of(world.county, "ledgers:read", now=now)
    for moment in (now, now + dt.timedelta(days=1)):
        answer = partner.get(f"/ledgers/journal?known_at={moment.isoformat().replace('+', '%2B')}")
        assert (answer.status_code, answer.json()["code"]) == (422, "known_at_too_recent")
    past = "2026-01-12T10:00:00+08:00"
    for written_so in (past, past.replace("+", "%2B")):
        assert partner.get(f"/ledgers/journal?known_at={written_so}").status_code == 200


def test_a_cursor_from_elsewhere_begins_at_the_beginning(world: World) -> None:
    world.give_money(100)
    items, _ = page_of_ledger(get_ledger("journal"), LedgerScope(world.county), after=uuid.uuid4(), limit=5)
    assert len(items) == 1
