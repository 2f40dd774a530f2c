"""The pages of gifts and of paper: officers issue, void and reissue; anybody checks a number."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from logistics.donations.models import Donation
from logistics.donations.paper_models import Acknowledgement
from logistics.donations.paper_reads import papers_of
from logistics.press.models import PaperJob
from logistics.press.paper_jobs import draw_paper_job
from tests.cast import World
from tests.looking import nothing_written
from tests.papers import photo, words_of
from tests.web.conftest import Visitor


@pytest.fixture
def gift(world: World) -> Donation:
    return world.give_money(168_032)


def _step(visitor: Visitor, gift: Donation, step: str, **values: str):  # type: ignore[no-untyped-def]
    return visitor.client.post(f"/gifts/{gift.id}/{step}", values, follow=True)


def test_an_officer_issues_voids_and_reissues(officer: Visitor, gift: Donation) -> None:
    assert str(gift.id) in officer.get("/gifts").content.decode()
    assert "示例县-2026" not in officer.get(f"/gifts/{gift.id}").content.decode()
    _step(officer, gift, "issue")
    page = _step(officer, gift, "reissue", reason="姓名写错").content.decode()
    assert "姓名写错" in page
    assert [paper.state for paper in papers_of(gift)] == ["REISSUED", "VALID"]
    _step(officer, gift, "void", reason="退回")
    assert papers_of(gift)[-1].state == "VOID"
    with nothing_written():
        assert "作废" in _step(officer, gift, "void", reason="退回").content.decode()
    assert officer.client.post(f"/gifts/{gift.id}/burn").status_code == 404


def test_the_paper_opens_from_the_page(officer: Visitor, gift: Donation) -> None:
    _step(officer, gift, "issue")
    pdf = officer.get(f"/gifts/{gift.id}/1/acknowledgement.pdf")
    assert "人民币壹仟陆佰捌拾元叁角贰分" in words_of(pdf.content)
    assert "捐赠证书" in words_of(officer.get(f"/gifts/{gift.id}/1/certificate.pdf").content)
    assert officer.get(f"/gifts/{gift.id}/9/certificate.pdf").status_code == 302


def test_an_auditor_looks_and_changes_nothing(auditor: Visitor, officer: Visitor, gift: Donation) -> None:
    _step(officer, gift, "issue")
    page = auditor.get(f"/gifts/{gift.id}").content.decode()
    assert "formaction" not in page
    with nothing_written():
        assert _step(auditor, gift, "void", reason="x").status_code == 404
    assert auditor.get(f"/gifts/{gift.id}/1/acknowledgement.pdf").status_code == 200


def test_a_stranger_and_a_keeper_find_nothing(world: World, keeper: Visitor, gift: Donation) -> None:
    for visitor in (keeper, Visitor("stranger")):
        with nothing_written():
            assert visitor.get(f"/gifts/{gift.id}").status_code == 404
            assert _step(visitor, gift, "issue").status_code == 404


def test_anybody_checks_a_number_and_sees_no_name(world: World, officer: Visitor, gift: Donation) -> None:
    _step(officer, gift, "issue")
    _step(officer, gift, "reissue", reason="姓名写错")
    page = Visitor().get(f"/Q/{gift.code.text}").content.decode()
    for part in (
        "示例县-2026-000001",
        "示例县-2026-000002",
        "已作废，已换开",
        "有效",
        "¥1,680.32",
        "不是公益事业捐赠票据",
    ):
        assert part in page, part
    assert "示例捐赠人" not in page
    assert "姓名写错" not in page


def test_a_donor_who_allowed_it_is_named_unless_the_gift_is_anonymous(world: World, gift: Donation) -> None:
    type(world.donor).objects.update(may_be_named=True)
    assert "示例捐赠人" in Visitor().get(f"/Q/{gift.code.text}").content.decode()


def test_a_year_is_printed_from_the_page(world: World, officer: Visitor, gift: Donation) -> None:
    assert "全年捐赠接收凭证" in officer.get("/papers").content.decode()
    sent = officer.send("/papers/new/ACKNOWLEDGEMENTS", year="2026")
    assert sent.status_code == 302
    job = PaperJob.objects.get()
    assert "progress" in officer.get(sent["Location"]).content.decode()
    assert officer.get(f"/papers/{job.id}/file").status_code == 302
    draw_paper_job(job.id)
    assert officer.get(f"/papers/{job.id}/file").content.startswith(b"%PDF")
    assert str(job.id) in officer.get("/papers").content.decode()
    assert Acknowledgement.objects.count() == 1


def test_a_keeper_prints_nothing_of_gifts(world: World, keeper: Visitor, officer: Visitor, gift: Donation) -> None:
    officer.send("/papers/new/ACKNOWLEDGEMENTS", year="2026")
    job = PaperJob.objects.get()
    assert keeper.get("/papers/new/ACKNOWLEDGEMENTS").status_code == 404
    assert {keeper.get(f"/papers/{job.id}").status_code, keeper.get(f"/papers/{job.id}/file").status_code} == {404}
    assert str(job.id) not in keeper.get("/papers").content.decode()


def test_what_is_wrong_with_a_request_is_said_at_the_form(world: World, officer: Visitor) -> None:
    with nothing_written():
        refused = officer.send("/papers/new/ACKNOWLEDGEMENTS", year="2026")
    assert refused.status_code == 422
    with translation.override("zh-hans"):
        assert "没有可打印的内容" in refused.content.decode()


BILL = {"code": "11040126", "number": "12345", "issued_on": "2026-01-12", "issuer": "示例县财政局", "amount": "1680.32"}


def _bill(visitor: Visitor, gift: Donation, step: str, **values: object):  # type: ignore[no-untyped-def]
    page = visitor.get(f"/gifts/{gift.id}")
    once = page.context["bill_form"]["once"].value() if page.status_code == 200 else ""
    return visitor.client.post(f"/gifts/{gift.id}/bill/{step}", {"once": once, **values}, follow=True)


def test_an_officer_registers_a_bill_with_its_photo_and_voids_it(officer: Visitor, gift: Donation) -> None:
    assert str(gift.id) in officer.get("/gifts?bill=missing").content.decode()
    upload = SimpleUploadedFile("bill.png", photo(), "image/png")
    page = _bill(officer, gift, "register", **BILL, photo=upload).content.decode()
    assert "11040126 12345" in page
    assert officer.get(f"/gifts/{gift.id}/bill/photo").content == photo()
    assert str(gift.id) not in officer.get("/gifts?bill=missing").content.decode()
    assert "11040126 12345" in officer.get("/gifts?bill=registered").content.decode()
    assert "抄错" in _bill(officer, gift, "void", reason="抄错").content.decode()
    assert str(gift.id) in officer.get("/gifts?bill=missing").content.decode()
    assert _bill(officer, gift, "burn").status_code == 404


def test_a_bill_that_is_wrong_is_refused_in_words(officer: Visitor, auditor: Visitor, gift: Donation) -> None:
    with nothing_written():
        assert "不符" in _bill(officer, gift, "register", **{**BILL, "amount": "5"}).content.decode()
        assert "note error" in _bill(officer, gift, "register", **{**BILL, "amount": "x"}).content.decode()
        broken = SimpleUploadedFile("bill.png", b"no photo", "image/png")
        assert "JPEG" in _bill(officer, gift, "register", **BILL, photo=broken).content.decode()
        assert _bill(auditor, gift, "register", **BILL).status_code == 404
    assert officer.get(f"/gifts/{gift.id}/bill/photo").status_code == 404
