"""Real reports as worked examples: what was reported comes out to the fen and to the parcel, and stays so."""

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from logistics.donations.models import Donation
from logistics.ledgers.scope import LedgerScope
from logistics.ledgers.traces import trace_of_gift, trace_of_parcel
from logistics.parcels.models import Parcel
from logistics.press.cases.figures import compared_figures
from logistics.press.cases.form import CaseContradictory, CaseUnreadable, read_case
from logistics.press.cases.replay import CaseOutOfTime, import_case
from tests.architecture.house import ROOT
from tests.ledgers.oracles import assert_programs_agree
from tests.looking import assert_books_close, nothing_written

CASES = sorted((ROOT / "docs" / "cases").glob("*.json"))
NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


def _load(data: bytes) -> list[tuple[str, str, int, tuple[int, ...]]]:
    case = read_case(data)
    told: list[tuple[int, int]] = []
    fund, _ = import_case(case=case, now=NOW, progress=lambda done, total: told.append((done, total)))
    assert not told or told[-1][0] == told[-1][1], "the progress ends where it should"
    return [
        (row.expected.subject, row.expected.field, row.expected.value, row.found)
        for row in compared_figures(case, fund)
    ]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_figures_of_a_report_come_out_exactly(db: None, path: Path, tmp_path: Path) -> None:
    compared = _load(path.read_bytes())
    assert len(compared) >= 4
    assert [row for row in compared if row[3] != (row[2],)] == []
    with nothing_written():
        assert _load(path.read_bytes()) == compared
    assert_programs_agree(LedgerScope(None), tmp_path)


def test_all_cases_stand_beside_each_other(db: None) -> None:
    small = [path for path in CASES if path.stem in {"suichuan-2022", "tongliang-2024"}]
    assert len(small) == 2
    before = [_load(path.read_bytes()) for path in small]
    assert [_load(path.read_bytes()) for path in small] == before
    assert all(row[3] == (row[2],) for compared in before for row in compared)
    assert_books_close()


def _case(**more: Any) -> bytes:
    case = {
        "title": "示例发放, 2025-12-01",
        "programme": "knit-with-love",
        "organisation": {"name": "示例县妇女联合会", "level": "COUNTY", "division_code": "990199"},
        "gifts": {"count": 365, "each_fen": 100},
        "kit": {
            "name": "毛衣包",
            "unit_value_fen": 7_300,
            "items": [
                {"name": "毛衣", "quantity": 2},
                {"name": "帽子", "quantity": 1},
                {"name": "围巾", "quantity": 1},
            ],
        },
        "parcels": 5,
        "places": [{"name": "甲镇", "parcels": 2}, {"name": "乙镇", "parcels": 3}],
        "expect": [
            {"ledger": "funds", "field": "balance", "value": 0},
            {"ledger": "distribution", "filter": {"place": "乙镇"}, "field": "parcels_delivered", "value": 3},
            {"trace": "each gift", "field": "sum_of_shares_fen", "value": 100},
            {"trace": "each parcel", "field": "sum_of_shares_fen", "value": 7_300},
        ],
    }
    return json.dumps({**case, **more}, ensure_ascii=False).encode()


def test_another_file_of_the_same_form_loads_too(db: None) -> None:
    assert [row for row in _load(_case()) if row[3] != (row[2],)] == []
    assert_books_close()


def test_everything_at_once_loads_too(db: None) -> None:
    more = {
        "programme": "something-new",
        "gifts": {"count": 1_001, "each_fen": 10_007},
        "grants": {"households": 7, "total_fen": 100_001},
        "goods": {"households": 9, "total_value_fen": 100_003},
        "expect": [
            {"ledger": "funds", "field": "granted", "value": 100_001},
            {"ledger": "distribution", "field": "value_delivered", "value": 5 * 7_300 + 100_003},
            {"ledger": "funds", "field": "balance", "value": 1_001 * 10_007 - 100_001 - 100_003 - 5 * 7_300},
            {"ledger": "distribution", "field": "grants_paid", "value": 7},
            {"trace": "each gift", "field": "sum_of_shares_fen", "value": 0},
        ],
    }
    *compared, gifts = _load(_case(**more))
    assert [row for row in compared if row[3] != (row[2],)] == []
    assert gifts[3] != (0,), "a figure that is not true is told so"


def test_each_fen_of_each_gift_is_somewhere(db: None) -> None:
    _load(_case())
    gifts, parcels = list(Donation.objects.all()), list(Parcel.objects.all())
    shares: dict[Any, int] = {}
    for parcel in parcels:
        for share in trace_of_parcel(parcel).gifts:
            shares[share.donation_id] = shares.get(share.donation_id, 0) + share.value_minor
    assert shares == {gift.id: 100 for gift in gifts}
    assert all(sum(trace_of_gift(gift).by_stage().values()) == 100 for gift in gifts)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", "/"),
        (b"[]", "/"),
        (b"\xff", "/"),
        (b"[" * 100_000, "/"),
        (_case(parcels="5"), "/parcels"),
        (_case(parcels=-1), "/parcels"),
        (_case(kit=None), "kit, parcels"),
        (_case(kit={"name": "x", "unit_value_fen": 0}), "/kit/unit_value_fen"),
        (
            _case(kit={"name": "x", "unit_value_fen": 1, "items": [{"name": "a", "quantity": 0}]}),
            "/kit/items/0/quantity",
        ),
        (_case(gifts={"count": 1.5, "each_fen": 1}), "/gifts/count"),
        (_case(organisation={"name": "x", "level": "MOON"}), "/organisation/level"),
        (_case(programme=""), "/programme"),
        (_case(expect=[{"ledger": "funds", "field": "x", "value": "1"}]), "/expect/0/value"),
        (_case(expect=[{"ledger": "funds", "field": "x", "value": 1, "filter": {"colour": "red"}}]), "/expect/filter"),
    ],
    ids=range(14),
)
def test_a_file_that_cannot_be_read_says_where(data: bytes, place: str) -> None:
    with pytest.raises(CaseUnreadable) as refused:
        read_case(data)
    assert refused.value.facts["place"] == place


@pytest.mark.parametrize(
    "more",
    [{"places": [{"name": "甲镇", "parcels": 4}]}, {"money_received_fen": 1}, {"places": [], "counties": 6}],
)
def test_a_file_that_contradicts_itself_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(CaseContradictory):
        read_case(_case(**more))


def test_a_case_is_loaded_whole_or_not_at_all(db: None) -> None:
    from logistics.journal.purses import FundOverspent

    with nothing_written(), pytest.raises(FundOverspent):
        _load(_case(gifts={"count": 1, "each_fen": 100}))
    with nothing_written(), pytest.raises(CaseOutOfTime):
        _load(_case(title="2027-01-01"))


def test_the_command_prints_expected_and_real_and_fails_on_a_difference(db: None, tmp_path: Path) -> None:
    path, output = tmp_path / "case.json", io.StringIO()
    path.write_bytes(_case(volume=3))
    call_command("import_case", str(path), check=True, stdout=output, stderr=io.StringIO())
    assert output.getvalue().count("\n= ") == 4
    path.write_bytes(_case(expect=[{"ledger": "funds", "field": "balance", "value": 1}]))
    output, told = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError):
        call_command("import_case", str(path), check=True, stdout=output, stderr=told)
    assert "!              1              0  funds: balance" in output.getvalue()
    assert "Stood already" in told.getvalue()


def test_the_exported_ledger_says_the_same_as_the_page(db: None, tmp_path: Path) -> None:
    _load(_case())
    out = tmp_path / "ledger.json"
    call_command("export_ledger", "distribution", format="json", place="甲镇", out=out, stderr=io.StringIO())
    document = json.loads(out.read_text())
    assert document["summary"]["parcels_delivered"] == len(document["items"]) == 2
    assert document["next_cursor"] is None
    with pytest.raises(CommandError):
        call_command("export_ledger", "funds", fund="nothing", out=out)
