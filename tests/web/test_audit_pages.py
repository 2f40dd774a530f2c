"""The auditor's pages: order of work, mandates, findings, periods, sample, master data, the walk back."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from logistics.audits.mandates import approve_mandate, end_mandate, grant_mandate
from logistics.audits.models import AuditLook, AuditMandate, Finding
from logistics.journal.revisions import revisions_of
from logistics.journal.sealing import seal_leaves
from logistics.parties.models import Person
from logistics.web.masters import MASTERS
from tests.cast import World
from tests.looking import nothing_written
from tests.web.conftest import Visitor

DUE = (dt.date.today() + dt.timedelta(days=10)).isoformat()


@pytest.fixture
def administrator(world: World) -> Visitor:
    """The administrator at a page."""
    return Visitor("administrator")


@pytest.fixture
def approver(world: World) -> Visitor:
    """The approver at a page."""
    return Visitor("approver")


def _delivered(world: World):  # type: ignore[no-untyped-def] -- a parcel
    parcel = world.parcel()
    world.walk(parcel)
    seal_leaves(now=timezone.now())
    return parcel


def _end(world: World) -> None:
    now = timezone.now()
    end_mandate(actor=world.as_actor(world.administrator), mandate=world.mandate, reason="示例结束了", now=now)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/audit",
        "/audit/findings",
        "/audit/findings/new",
        "/audit/periods",
        "/audit/sample",
        "/audit/sample?of=gifts&seed=1&size=5",
        "/audit/sample?of=parcels&seed=1&size=5",
        "/audit/sample?of=entries&seed=1&size=5",
        "/audit/changes",
        "/audit/changes?all",
        "/audit/evidence",
        *(f"/masters/{kind}" for kind in MASTERS),
        "/masters",
        "/masters/people/keeper",
        "/masters/kit-recipes/warm-kit",
    ],
)
def test_every_page_opens_in_both_languages(world: World, path: str, language: str) -> None:
    page = Visitor("auditor", language).get(path)
    assert page.status_code == 200, page.content.decode()[:500]
    assert "translate" not in page.content.decode()


def test_the_first_page_shows_the_order_of_work(world: World, auditor: Visitor) -> None:
    _delivered(world)
    page = auditor.get("/audit").content.decode()
    places = [page.index(f">{sign}</span>") for sign in "收存管发"]
    assert places == sorted(places)
    for way in ("/ledgers/donations", "/ledgers/stock", "/ledgers/funds", "/ledgers/distribution"):
        assert way in page
    assert "示例县妇女联合会" in page


def test_an_auditor_without_a_mandate_is_told_so(world: World, auditor: Visitor) -> None:
    _end(world)
    for path in ("/audit", "/ledgers/distribution", "/trace", "/audit/findings"):
        page = auditor.get(path)
        assert page.status_code == 403
        assert "没有有效授权" in page.content.decode()
    page = Visitor("auditor", "en").get("/audit")
    assert "has no mandate that is in force" in page.content.decode()
    assert auditor.get("/").status_code in (200, 302)
    api = auditor.client.get("/api/v1/ledgers/distribution")
    assert (api.status_code, api.json()["code"]) == (403, "mandate_absent")


def test_a_mandate_binds_pages_and_api_to_its_organisation_and_days(world: World, auditor: Visitor) -> None:
    parcel = _delivered(world)
    _end(world)
    now = timezone.now()
    mandate = grant_mandate(
        actor=world.as_actor(world.administrator),
        person=world.auditor,
        organisation=world.county,
        from_on=dt.date(2026, 3, 1),
        to_on=dt.date(2026, 3, 31),
        expires_at=now + dt.timedelta(days=30),
        reason="只审三月的账",
        now=now,
    )
    approve_mandate(actor=world.as_actor(world.approver), mandate=mandate, now=now)
    assert auditor.get(f"/audit/evidence/{parcel.code.text}").status_code == 403
    assert "2026-03-01" in auditor.get("/audit/sample?of=parcels&seed=1&size=5&begin=2026-01-01").content.decode()
    api = auditor.client.get("/api/v1/donations")
    assert (api.status_code, api.json()["code"]) == (403, "scope_missing")
    gift = world.donor.donations.select_related("code", "entry").first()
    for path in (
        f"/traces/{parcel.code.text}",
        f"/traces/{gift.code.text}",
        f"/entries/{gift.entry_id}/proof",
        "/ledgers/distribution?from=2026-01-01",
        "/ledgers/distribution?as_of=2026-01-31",
    ):
        api = auditor.client.get(f"/api/v1{path}")
        assert (api.status_code, api.json()["code"]) == (403, "outside_mandate"), path
    assert auditor.client.get("/api/v1/ledgers/distribution").json()["items"] == []
    assert world.as_actor(world.officer).reach is None
    assert len(Visitor("officer").client.get("/api/v1/ledgers/distribution").json()["items"]) == 1
    for path in (f"/trace/{parcel.code.text}", f"/trace/{gift.code.text}"):
        assert auditor.get(path).status_code == 404
    entry = world.donor.donations.first().entry_id
    page = auditor.get(f"/audit/findings/new?kind=ENTRY&about={entry}")
    assert page.status_code == 404
    assert "2026-03-31" in page.content.decode()


def test_a_mandate_over_another_body_shows_that_body_alone(world: World, auditor: Visitor) -> None:
    parcel = _delivered(world)
    now = timezone.now()
    mandate = grant_mandate(
        actor=world.as_actor(world.administrator),
        person=world.auditor,
        organisation=world.stranger_county,
        from_on=dt.date(2026, 1, 1),
        to_on=dt.date(2026, 12, 31),
        expires_at=now + dt.timedelta(days=30),
        reason="邻县的审计",
        now=now,
    )
    approve_mandate(actor=world.as_actor(world.approver), mandate=mandate, now=now)
    assert "邻县妇女联合会" in auditor.get("/audit").content.decode()
    assert auditor.get(f"/audit/evidence/{parcel.code.text}").status_code == 404
    auditor.client.post("/audit/mandate", {"mandate": str(world.mandate.id)})
    assert auditor.get(f"/audit/evidence/{parcel.code.text}").status_code == 200


def test_what_an_auditor_opens_is_kept_and_shown(world: World, auditor: Visitor, administrator: Visitor) -> None:
    auditor.get("/ledgers/distribution?from=2026-01-01")
    auditor.client.get("/api/v1/ledgers/funds")
    Visitor("officer").get("/ledgers/distribution")
    addresses = list(AuditLook.objects.order_by("id").values_list("address", flat=True))
    assert addresses == ["/ledgers/distribution?from=2026-01-01", "/api/v1/ledgers/funds"]
    page = administrator.get(f"/audit/mandates/{world.mandate.id}").content.decode()
    assert "/ledgers/distribution?from=2026-01-01" in page


def test_an_administrator_registers_grants_and_another_approves(
    world: World, administrator: Visitor, approver: Visitor
) -> None:
    made = administrator.send("/audit/mandates/new-auditor", name="示例外审", username="outside", reason="年度外审")
    assert made.status_code == 200
    password = made.context["password"]
    person = Person.objects.get(username="outside")
    assert person.roles == ["AUDITOR"]
    assert revisions_of(person)[0].actor_id == world.administrator.id
    expires = (timezone.localdate() + dt.timedelta(days=20)).isoformat()
    granted = administrator.send(
        "/audit/mandates",
        person=str(person.id),
        over="示例县",
        from_on="2026-01-01",
        to_on="2026-03-31",
        expires_on=expires,
        reason="委托书 2026-7",
    )
    assert granted.status_code == 302, granted.content.decode()
    mandate = AuditMandate.objects.get(person=person)
    outside = Visitor()
    assert outside.client.login(username="outside", password=password)
    assert outside.get("/audit").status_code == 403
    administrator.client.post(f"/audit/mandates/{mandate.id}/approve")
    assert outside.get("/audit").status_code == 403
    approver.client.post(f"/audit/mandates/{mandate.id}/approve")
    assert outside.get("/audit").status_code == 200
    administrator.client.post(f"/audit/mandates/{mandate.id}", {"step": "end", "end-reason": "提前结束审计"})
    assert outside.get("/audit").status_code == 403
    mandate.refresh_from_db()
    assert mandate.ended_at is not None


def test_a_refused_mandate_stays_on_the_form(world: World, administrator: Visitor) -> None:
    with nothing_written():
        answer = administrator.send(
            "/audit/mandates",
            person=str(world.auditor.id),
            over="示例县",
            from_on="2026-03-31",
            to_on="2026-01-01",
            expires_on=DUE,
            reason="委托书 2026-7",
        )
    assert answer.status_code == 422
    assert "颠倒" in answer.content.decode()


def test_officers_see_mandates_and_grant_none(world: World, officer: Visitor, auditor: Visitor) -> None:
    assert officer.get("/audit/mandates").context["form"] is None
    with nothing_written():
        officer.client.post("/audit/mandates", {"person": str(world.auditor.id)})
        officer.client.post(f"/audit/mandates/{world.mandate.id}", {"step": "end", "end-reason": "越权结束"})
    assert officer.get("/audit/mandates/new-auditor").status_code == 404
    assert auditor.get("/audit/mandates").status_code == 404


def test_a_finding_from_raised_to_settled(world: World, auditor: Visitor, officer: Visitor) -> None:
    parcel = _delivered(world)
    path = f"/audit/findings/new?kind=PARCEL&about={parcel.code.text}"
    raised = auditor.send(path, severity="SERIOUS", text="没有签收照片", due_on=DUE, document_sha256="")
    assert raised.status_code == 302, raised.content.decode()
    finding = Finding.objects.get()
    address = f"/audit/findings/{finding.id}"
    assert raised.headers["Location"] == address
    assert "没有签收照片" in officer.get("/audit/findings").content.decode()
    with nothing_written():
        for visitor, step in ((auditor, "answer"), (officer, "settle"), (officer, "ask")):
            assert visitor.client.post(address, {"text": "不该我来做", "step": step}).status_code == 422
        assert officer.client.post(address, {"text": "", "step": "answer"}).status_code == 422
        assert (
            officer.client.post(address, {"text": "照片如下", "step": "answer", "document_sha256": "x"}).status_code
            == 422
        )
    officer.client.post(address, {"text": "照片已补传", "step": "answer"})
    page = auditor.get(address)
    assert [step for step, _ in page.context["steps"]] == ["ask", "settle"]
    auditor.client.post(address, {"text": "核对无误", "step": "settle"})
    page = officer.get(address)
    assert page.context["state"] == "SETTLED" and page.context["steps"] == []
    for words in ("没有签收照片", "照片已补传", "核对无误", "示例officer", "示例auditor"):
        assert words in page.content.decode()


def test_a_finding_about_what_is_not_there(world: World, auditor: Visitor) -> None:
    for kind, about in (("PARCEL", "x"), ("FUND", "x"), ("ENTRY", "x"), ("LEDGER", "x"), ("HOUSE", "x")):
        assert auditor.get(f"/audit/findings/new?kind={kind}&about={about}").status_code == 404
    for kind, about in (("FUND", "warm-2026"), ("LEDGER", "funds")):
        assert auditor.get(f"/audit/findings/new?kind={kind}&about={about}").status_code == 200


def test_another_bodys_finding_is_not_there(world: World, auditor: Visitor) -> None:
    auditor.send("/audit/findings/new?kind=LEDGER&about=funds", severity="NOTE", text="余额不符", due_on=DUE)
    finding = Finding.objects.get()
    assert Visitor("stranger").get(f"/audit/findings/{finding.id}").status_code == 404


def test_periods_are_proposed_by_one_and_closed_by_another(world: World, officer: Visitor, approver: Visitor) -> None:
    parcel = world.parcel()
    world.record(world.scan(parcel, "HAND_OVER"))
    assert parcel.code.text in officer.get("/audit/periods").content.decode()
    assert officer.send("/audit/periods", over="示例县", ends_on="2026-01-31").status_code == 302
    page = officer.get("/audit/periods")
    period = page.context["page"][0]
    assert officer.client.post(f"/audit/periods/{period.id}/close").status_code == 302
    approver.client.post(f"/audit/periods/{period.id}/close")
    period.refresh_from_db()
    assert period.state == "PROPOSED"
    world.record(world.scan(parcel, "PACK", at=world.now))
    approver.client.post(f"/audit/periods/{period.id}/close")
    period.refresh_from_db()
    assert period.state == "CLOSED"
    assert "2026-01-31" in approver.get("/audit/periods").content.decode()


def test_an_auditor_looks_at_periods_and_does_not_touch_them(world: World, auditor: Visitor, officer: Visitor) -> None:
    officer.send("/audit/periods", over="示例县", ends_on="2026-01-31")
    page = auditor.get("/audit/periods")
    period = page.context["page"][0]
    assert page.context["form"] is None
    assert auditor.client.post(f"/audit/periods/{period.id}/close").status_code == 404
    officer.client.post(f"/audit/periods/{period.id}/withdraw")
    period.refresh_from_db()
    assert period.state == "WITHDRAWN"


def test_the_same_seed_draws_the_same_sample(world: World, auditor: Visitor) -> None:
    for amount in range(100, 1100, 100):
        world.give_money(amount)
    first, again, other = (
        auditor.get(f"/audit/sample?of=gifts&seed={seed}&size=3").context["drawn"] for seed in ("甲", "甲", "乙")
    )
    assert first == again
    assert first.chosen != other.chosen
    assert (first.count, first.total_minor) == (10, 5500)
    file = auditor.get("/audit/sample?of=gifts&seed=甲&size=3&format=csv")
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert len(file.content.decode().strip().splitlines()) == len(first.chosen) + 1


@pytest.mark.parametrize(
    "query", ["seed=&size=3", "seed=1&size=0", "seed=1&size=501", "seed=1&size=x", "seed=1&size=3&begin=x"]
)
def test_a_sample_within_bounds(world: World, auditor: Visitor, query: str) -> None:
    assert auditor.get(f"/audit/sample?of=gifts&{query}").status_code == 422
    assert auditor.get("/audit/sample?of=houses&seed=1&size=3").status_code == 422


def test_an_administrator_corrects_master_data_with_a_reason(world: World, administrator: Visitor) -> None:
    path = "/masters/suppliers/sup-1"
    form = {"name_zh": "示例供应商改名", "name_en": "Renamed", "number": "1"}
    with nothing_written():
        assert administrator.client.post(path, {**form, "reason": ""}).status_code == 422
        assert administrator.client.post(path, {**form, "reason": "短"}).status_code == 422
        assert administrator.client.post(path, {**form, "number": "9", "reason": "工商登记变更"}).status_code == 422
    assert administrator.client.post(path, {**form, "reason": "工商登记变更"}).status_code == 302
    page = administrator.get(path).content.decode()
    for words in ("示例供应商改名", "工商登记变更", "示例administrator"):
        assert words in page
    assert "示例供应商改名" in administrator.get("/audit/changes").content.decode()


def test_an_administrator_changes_roles_and_nobody_their_own(world: World, administrator: Visitor) -> None:
    form = {
        "name": "示例keeper",
        "roles": ["KEEPER", "COURIER"],
        "is_active": "on",
        "number": "1",
        "reason": "兼任志愿者",
    }
    assert administrator.client.post("/masters/people/keeper", form).status_code == 302
    assert Person.objects.get(username="keeper").roles == ["KEEPER", "COURIER"]
    own = {**form, "name": "示例administrator"}
    with nothing_written():
        assert administrator.client.post("/masters/people/administrator", own).status_code == 422


def test_others_read_master_data_and_change_none(world: World, auditor: Visitor, officer: Visitor) -> None:
    for visitor in (auditor, officer):
        assert visitor.get("/masters/suppliers/sup-1").context["form"] is None
        with nothing_written():
            form = {"name_zh": "x", "number": "1", "reason": "越权修改"}
            visitor.client.post("/masters/suppliers/sup-1", form)
    assert auditor.get("/masters/suppliers/sup-9").status_code == 404
    assert auditor.get("/masters/houses/x").status_code == 404
    assert auditor.get("/masters/houses").status_code == 404
    assert Visitor("stranger").get("/masters/suppliers/sup-1").status_code == 404


def test_what_belongs_to_the_province_is_not_changed_in_the_county(world: World, administrator: Visitor) -> None:
    assert administrator.get("/masters/programmes/warm-heart-pack").context["form"] is None


def test_an_auditor_sees_donors_masked(world: World, auditor: Visitor, officer: Visitor) -> None:
    path = f"/masters/donors/{world.donor.reference}"
    assert "示例捐赠人" not in auditor.get(path).content.decode()
    assert "示例捐赠人" not in auditor.get("/masters/donors").content.decode()
    assert "示例捐赠人" in officer.get(path).content.decode()


def test_from_a_parcel_in_the_hand_to_its_entries(world: World, auditor: Visitor) -> None:
    parcel = _delivered(world)
    typed = auditor.get(f"/audit/evidence?code={parcel.code.text.lower()}")
    assert typed.headers["Location"] == f"/audit/evidence/{parcel.code.text}"
    page = auditor.get(typed.headers["Location"])
    found = page.context["found"]
    kinds = [row.entry.kind for row in found.entries]
    assert {"DONATION", "PURCHASE", "ASSEMBLY", "RESERVE", "PACK", "HAND_OVER"} <= set(kinds)
    assert all(row.leaf is not None for row in found.entries)
    for row in found.entries:
        proof = auditor.client.get(f"/api/v1/entries/{row.entry.id}/proof")
        assert proof.status_code == 200
        assert f"/api/v1/entries/{row.entry.id}/proof" in page.content.decode()
    words = page.content.decode()
    assert parcel.household.reference in words
    for name in ("示例家庭", "示例女童", "示例捐赠人", "13800138000"):
        assert name not in words
    assert auditor.get("/audit/evidence?code=P000").status_code == 404
    assert Visitor("stranger").get(f"/audit/evidence/{parcel.code.text}").status_code == 404


def test_strangers_are_asked_to_sign_in(world: World) -> None:
    for path in ("/audit", "/audit/findings", "/masters", "/audit/mandates"):
        answer = Client().get(path)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/sign-in")


def test_who_only_audits_begins_at_the_auditor_s_page(world: World) -> None:
    assert Visitor("auditor").get("/").headers["Location"] == "/audit"
    assert Visitor("officer").get("/").status_code == 200
    assert Visitor().get("/").status_code == 200
