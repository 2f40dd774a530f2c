"""Payment batches by the API: what a partner sees of them, and what only the bank's file says."""

from django.utils import timezone

from api.models import StoredAnswer
from tests.api.conftest import Partner, partner_of
from tests.cast import World
from tests.looking import nothing_written

ACCOUNT = "6222020200112233445"


def _grant(world: World, reference: str, payee: object) -> dict[str, object]:
    return {
        "fund": "girls-2026",
        "household": str(world.family.id),
        "beneficiary": str(world.girl.id),
        "money": {"amount": 10_000, "currency": "CNY"},
        "payee": payee,
        "reference": reference,
    }


def test_a_batch_goes_from_plan_to_the_bank_and_back(world: World, partner: Partner) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    payee = {"name": "示例家长", "account": ACCOUNT, "bank": "示例银行"}
    grants = [partner.post("/grants", _grant(world, f"g-{number}", payee)).json()["id"] for number in range(2)]
    body = {"grants": grants, "layout": "PAYROLL_CSV", "reference": "b-1", "pay_on": "2026-01-20"}
    batch = partner.post("/payment-batches", body)
    assert (batch.status_code, batch.json()["state"], batch.json()["amount"]) == (201, "PLANNED", 20_000)
    assert partner.post("/payment-batches", body).status_code == 200
    path = f"/payment-batches/{batch.json()['id']}"
    own = partner.post(f"{path}/approve")
    assert (own.status_code, own.json()["code"]) == (409, "same_person")
    other = partner_of(world.county, "grants:write", now=timezone.now())
    assert other.post(f"{path}/approve").json()["state"] == "APPROVED"
    assert partner.get(f"{path}/bank-file").status_code == 409
    sent = partner.post(f"{path}/bank-file").json()
    assert (sent["state"], sent["grants"]) == ("SENT", [{"state": "SENT", "count": 2, "amount": 20_000}])
    file = partner.get(f"{path}/bank-file")
    assert ACCOUNT in b"".join(file.streaming_content).decode("utf-8-sig")
    assert partner.post(f"{path}/paid", {"paid_at": "2026-01-20T10:00:00+08:00"}).json()["state"] == "PAID"
    back = partner.post(f"{path}/returned", {"returned": [{"grant": grants[0], "reason": "NAME_DIFFERS"}]}).json()
    assert {row["state"]: row["count"] for row in back["grants"]} == {"PAID": 1, "RETURNED": 1}
    rows = partner.get(f"{path}/grants").json()["items"]
    assert [(row["state"], row["return_reason"]) for row in rows] == [("RETURNED", "NAME_DIFFERS"), ("PAID", "")]
    assert partner.get("/payment-batches").json()["items"][0]["id"] == batch.json()["id"]
    # Neither an answer nor what is kept of it names who is paid.
    stored = "".join(StoredAnswer.objects.values_list("body", flat=True))
    assert ACCOUNT not in stored and "示例家长" not in stored


def test_a_payee_may_be_a_name_alone_but_not_in_a_bank_s_file(world: World, partner: Partner) -> None:
    grant = partner.post("/grants", _grant(world, "g-1", "示例家长")).json()
    assert grant["has_account"] is False
    body = {"grants": [grant["id"]], "layout": "PAYROLL_TXT", "reference": "b-1"}
    with nothing_written():
        answer = partner.post("/payment-batches", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "payee_account_missing")
    for payee in (5, {"name": "x"}, {"name": "x", "account": "1;2"}, {"name": "x", "account": ACCOUNT, "iban": ""}):
        with nothing_written():
            assert partner.post("/grants", _grant(world, "g-2", payee)).status_code == 422


def test_layouts_are_listed_and_unknown_ones_refused(world: World, partner: Partner) -> None:
    codes = {row["code"] for row in partner.get("/bank-layouts").json()["items"]}
    assert {"PAYROLL_TXT", "PAYROLL_CSV", "PAYROLL_XLSX"} <= codes
    payee = {"name": "示例家长", "account": ACCOUNT}
    grant = partner.post("/grants", _grant(world, "g-1", payee)).json()["id"]
    with nothing_written():
        answer = partner.post("/payment-batches", {"grants": [grant], "layout": "NONE", "reference": "b-1"})
    assert (answer.status_code, answer.json()["code"]) == (404, "bank_layout_missing")


def test_a_stranger_finds_no_batch(world: World, partner: Partner, outsider: Partner) -> None:
    payee = {"name": "示例家长", "account": ACCOUNT}
    grant = partner.post("/grants", _grant(world, "g-1", payee)).json()["id"]
    body = {"grants": [grant], "layout": "PAYROLL_CSV", "reference": "b-1"}
    batch = partner.post("/payment-batches", body).json()["id"]
    assert outsider.get("/payment-batches").json()["items"] == []
    with nothing_written():
        for step in ("approve", "drop", "bank-file"):
            assert outsider.post(f"/payment-batches/{batch}/{step}").status_code == 404
        assert outsider.get(f"/payment-batches/{batch}/bank-file").status_code == 404
        assert outsider.post("/payment-batches", {**body, "reference": "b-2"}).status_code == 404
