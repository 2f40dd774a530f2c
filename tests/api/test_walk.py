"""One parcel goes all the way, through the API alone."""

import datetime as dt
import uuid

from tests.api.conftest import Partner
from tests.cast import World

AT = "2026-01-12T10:00:00+08:00"


def _scan(code: str, step: str, sequence: int, **more: object) -> dict[str, object]:
    return {
        "scan_id": str(uuid.uuid4()),
        "code": code,
        "step": step,
        "scanned_at": f"2026-01-13T10:00:{sequence:02}+08:00",
        "sequence": sequence,
        **more,
    }


def test_it_goes_from_gift_to_ledger(partner: Partner, world: World) -> None:
    gift = partner.post(
        "/donations/money",
        {
            "programme": "warm-heart-pack",
            "fund": "warm-2026",
            "donor": {"name": "示例捐赠人", "kind": "PERSON"},
            "money": {"amount": 20_000, "currency": "CNY"},
            "received_at": AT,
            "channel": "WECHAT",
            "reference": "g-1",
        },
    )
    assert gift.status_code == 201, gift.content
    assert gift.json()["state"] == "RECORDED"
    bought = partner.post(
        "/purchases",
        {
            "fund": "warm-2026",
            "supplier": "sup-1",
            "warehouse": "wh-1",
            "purchased_at": AT,
            "invoice": "F-1",
            "lines": [
                {"item": "gloves", "quantity": 1, "line_total": 2_000},
                {"item": "vest", "quantity": 1, "line_total": 8_000},
                {"item": "blanket", "quantity": 1, "line_total": 10_000},
            ],
        },
    )
    assert bought.status_code == 201, bought.content
    made = partner.post(
        "/kits/assemble", {"kit_recipe": "warm-kit", "warehouse": "wh-1", "fund": "warm-2026", "quantity": 1}
    )
    assert made.status_code == 201, made.content
    stock = partner.get("/stock?warehouse=wh-1").json()["items"]
    assert [(row["item"], row["on_hand"], row["value"]) for row in stock] == [("warm-kit", 1, 20_000)]
    planned = partner.post(
        "/parcels",
        {
            "programme": "warm-heart-pack",
            "warehouse": "wh-1",
            "contents": {"kit_recipe": "warm-kit"},
            "household": str(world.family.id),
        },
    )
    assert planned.status_code == 201, planned.content
    code = planned.json()["items"][0]["code"]
    scans = [
        _scan(code, step, number) for number, step in enumerate(("PACK", "SEAL", "DISPATCH", "HAND_OVER"), start=1)
    ]
    answer = partner.post("/scans", {"scans": scans})
    assert answer.status_code == 200, answer.content
    assert [row["outcome"] for row in answer.json()["outcomes"]] == ["RECORDED"] * 4
    assert partner.get(f"/parcels/{code}").json()["state"] == "DELIVERED"
    ledger = partner.get("/ledgers/distribution").json()
    assert ledger["summary"]["parcels_delivered"] == 1
    assert ledger["summary"]["value_delivered"] == 20_000
    (row,) = ledger["items"]
    assert (row["parcel"], row["township"], row["value"], row["days_gift_to_delivery"]) == (code, "少云镇", 20_000, 1)
    assert row["donors"] == partner.get("/donations").json()["items"][0]["donor"]
    trace = partner.get(f"/donations/{gift.json()['id']}/trace").json()
    assert trace["stages"]["DELIVERED"] == 20_000 == trace["total"]
    back = partner.get(f"/traces/{code}").json()
    assert [gift["value"] for gift in back["gifts"]] == [20_000]
    funds = partner.get("/ledgers/funds?fund=warm-2026").json()["summary"]
    assert (funds["received"], funds["spent"], funds["balance"]) == (20_000, 20_000, 0)
    csv = b"".join(partner.get("/ledgers/distribution?format=csv").streaming_content).decode("utf-8-sig")
    assert csv.splitlines()[1].startswith(f"PARCEL,{code},{world.family.reference},少云镇,warm-2026,")


def test_it_pays_a_grant_to_a_girl(partner: Partner, world: World) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    body = {
        "fund": "girls-2026",
        "household": str(world.family.id),
        "beneficiary": str(world.girl.id),
        "money": {"amount": 50_000, "currency": "CNY"},
        "payee": "示例收款人",
        "reference": "grant-1",
    }
    planned = partner.post("/grants", body)
    assert planned.status_code == 201, planned.content
    grant = planned.json()["id"]
    refused = partner.post(f"/grants/{grant}/approve")
    assert (refused.status_code, refused.json()["code"]) == (409, "same_person")
    from tests.api.conftest import partner_of

    second = partner_of(world.county, "grants:write", "ledgers:read", now=dt.datetime.now(dt.UTC))
    assert second.post(f"/grants/{grant}/approve").json()["state"] == "APPROVED"
    assert partner.post(f"/grants/{grant}/pay").json()["state"] == "PAID"
    assert partner.get("/ledgers/funds?fund=girls-2026").json()["summary"]["granted"] == 50_000
