"""Pages that stay stable, filters that are known, and ledgers as JSON, CSV and lines."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.journal.sealing import seal_leaves
from logistics.ledgers.reads import LEDGERS
from tests.api.conftest import Partner
from tests.cast import World

# What a county that only gave out parcels has none of.
EMPTY_AT_FIRST = ("opening", "reversals", "unvalued")


def _bytes(answer) -> bytes:  # type: ignore[no-untyped-def]
    return b"".join(answer.streaming_content)


def test_pages_cover_everything_once_while_rows_are_added(world: World, partner: Partner) -> None:
    world.stock_kits(30)
    planned = {parcel.code.text for parcel in world.plan(25)}
    seen: list[str] = []
    answer = partner.get("/parcels?limit=7")
    while True:
        page = answer.json()
        seen += [row["code"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        assert f"cursor={page['next_cursor']}" in answer.headers["Link"]
        world.plan(1)
        answer = partner.get(f"/parcels?limit=7&cursor={page['next_cursor']}")
    assert len(seen) == len(set(seen)) == 25
    assert set(seen) == planned


def test_a_list_takes_a_constant_number_of_statements(world: World, partner: Partner) -> None:
    world.stock_kits(30)
    counts = []
    partner.get("/parcels")
    for many in (2, 20):
        world.plan(many)
        with CaptureQueriesContext(connection) as queries:
            assert partner.get("/parcels?limit=500").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", [name for name in LEDGERS if name not in EMPTY_AT_FIRST])
def test_a_ledger_says_the_same_in_every_form(world: World, partner: Partner, name: str) -> None:
    world.stock_kits(5)
    for parcel in world.plan(3):
        world.walk(parcel)
    document = partner.get(f"/ledgers/{name}?limit=500").json()
    assert document["items"]
    lines = [json.loads(line) for line in _bytes(partner.get(f"/ledgers/{name}?format=jsonl")).splitlines()]
    assert lines == document["items"]
    text = _bytes(partner.get(f"/ledgers/{name}?format=csv")).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert [cell.split()[-1] for cell in head] == list(document["items"][0])
    told = [["" if value is None else str(value) for value in row.values()] for row in document["items"]]
    assert rows == told


def test_the_distribution_ledger_has_the_columns_of_the_contract(world: World, partner: Partner) -> None:
    world.walk(world.parcel())
    (row,) = partner.get("/ledgers/distribution").json()["items"]
    wanted = "parcel beneficiary township fund donors contents value basis received allocated packed dispatched"
    wanted += " handed_over days_gift_to_delivery proofs operator witness exception entry leaf_index official_bill"
    assert set(wanted.split()) <= row.keys()
    assert (row["entry"] is not None, row["leaf_index"]) == (True, None)
    seal_leaves(now=world.now)
    (row,) = partner.get("/ledgers/distribution").json()["items"]
    proof = partner.get(f"/entries/{row['entry']}/proof").content.decode()
    assert proof.split("\n")[1] == f"index {row['leaf_index']}"


def test_the_figures_of_every_ledger_close(world: World, partner: Partner) -> None:
    world.stock_kits(5)
    for parcel in world.plan(3):
        world.walk(parcel)
    distribution, funds, stock, donations = (
        partner.get(f"/ledgers/{name}").json()["summary"] for name in ("distribution", "funds", "stock", "donations")
    )
    assert distribution["parcels_delivered"] == 3
    assert distribution["value_delivered"] == 60_000
    assert distribution["households_served_with_goods"] == 1
    assert (funds["received"], funds["spent"], funds["balance"]) == (100_000, 100_000, 0)
    assert (stock["kits_assembled"], stock["kits_on_hand"], stock["value"]) == (5, 2, 40_000)
    assert (donations["gifts"], donations["received"]) == (1, 100_000)


@pytest.mark.parametrize(
    "query", ["from=2026-02-30", "to=x", "format=docx", "format=hledger", "fund=nothing", "organisation=nothing", "x=1"]
)
def test_a_filter_that_cannot_be_is_refused(world: World, partner: Partner, query: str) -> None:
    answer = partner.get(f"/ledgers/distribution?{query}")
    assert answer.status_code in (400, 404, 422)
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_a_cell_is_no_formula(world: World, partner: Partner) -> None:
    from logistics.donations.actions import record_money_donation

    record_money_donation(
        actor=world.partner,
        programme=world.warm,
        fund=world.warm_fund,
        donor=world.donor,
        amount_minor=1,
        received_at=world.now,
        reference="=HYPERLINK(1)",
        now=world.now,
    )
    text = _bytes(partner.get("/ledgers/donations?format=csv")).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert partner.get("/ledgers/donations").json()["items"][0]["reference"] == "=HYPERLINK(1)"


def test_a_ledger_never_names_a_person(world: World, partner: Partner) -> None:
    world.walk(world.parcel())
    for name in LEDGERS:
        text = partner.get(f"/ledgers/{name}").content.decode()
        for word in ("示例家庭", "示例女童", "示例捐赠人", "13800138000", "示例村"):
            assert word not in text, (name, word)


def test_a_gift_and_a_parcel_trace_to_each_other(world: World, partner: Partner) -> None:
    first, second = world.give_money(15_000), world.give_money(25_000)
    world.buy((world.gloves, 2, 4_000), (world.vest, 2, 16_000), (world.blanket, 2, 20_000))
    from logistics.stock.actions import assemble_kits

    assemble_kits(
        actor=world.partner,
        recipe=world.recipe,
        warehouse=world.warehouse,
        fund=world.warm_fund,
        quantity=2,
        now=world.now,
    )
    parcels = world.plan(2)
    world.walk(parcels[0])
    shares = [partner.get(f"/traces/{parcel.code.text}").json()["gifts"] for parcel in parcels]
    assert [sum(gift["value"] for gift in gifts) for gifts in shares] == [20_000, 20_000]
    for gift, total in ((first, 15_000), (second, 25_000)):
        trace = partner.get(f"/donations/{gift.id}/trace").json()
        assert sum(trace["stages"].values()) == total
        back = sum(row["value"] for gifts in shares for row in gifts if row["donation"] == gift.code.text)
        assert back == total
