"""Paper jobs: queued with the fact, drawn by a worker with its progress, released once, refused whole."""

import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django_tasks_db.models import DBTaskResult

from labels.readback import read_codes
from logistics.codes.models import CodePrint
from logistics.donations.acknowledgements import void_acknowledgement
from logistics.donations.paper_models import Acknowledgement
from logistics.donations.paper_reads import get_paper
from logistics.kernel.codes import code_uri
from logistics.parties.reads import ProgrammeMissing
from logistics.press import paper_files
from logistics.press.label_batches import CodeUnread
from logistics.press.models import PaperJob
from logistics.press.paper_files import pdf_of
from logistics.press.paper_jobs import draw_paper_job
from logistics.press.paper_reads import PaperJobMissing, get_paper_job, paper_file
from logistics.press.paper_requests import PaperRequestIncomplete, ask_for_paper
from logistics.press.papers import gifts
from logistics.press.papers.gift_papers import CERTIFICATE, acknowledgement_pdf
from logistics.press.papers.gifts import YearOutOfBounds
from logistics.press.papers.kinds import PaperEmpty, PaperFile, PaperKindUnknown, PaperTooLong
from logistics.press.reads import FileNotReady
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import nothing_written
from tests.papers import assert_readable_by_all, give_goods, page_count, words_of
from tests.press.chunks import files_up_to


def _ask(world: World, kind: str = "ACKNOWLEDGEMENTS", **more):  # type: ignore[no-untyped-def]
    request = more.pop("request", {"year": 2026})
    return ask_for_paper(actor=world.partner, kind=kind, request=request, now=world.now, **more)


def test_a_year_s_donors_get_their_papers_in_one_file(world: World) -> None:
    money, goods = world.give_money(168_032), give_goods(world, is_anonymous=True)
    job = _ask(world)
    assert DBTaskResult.objects.count() == 1
    with pytest.raises(FileNotReady):
        paper_file(job)
    told: list[tuple[int, int]] = []
    draw_paper_job(job.id, lambda done, total: told.append((done, total)))
    draw_paper_job(job.id)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, told) == ("DONE", 2, 2, [(1, 2), (2, 2)])
    pdf, name = paper_file(job)
    assert name == "acknowledgements-20260112-0200.pdf"
    assert_readable_by_all(pdf, "捐赠接收凭证")
    assert set(read_codes(pdf)) == {code_uri(gift.code.text, settings.CODE_HOST) for gift in (money, goods)}
    words = words_of(pdf)
    for part in (
        "示例县-2026-000001",
        "示例县-2026-000002",
        "人民币壹仟陆佰捌拾元叁角贰分",
        "匿名捐赠人",
        "示例捐赠人",
    ):
        assert part in words, part
    assert Acknowledgement.objects.count() == 2
    assert CodePrint.objects.count() == 2


def test_a_long_year_comes_as_several_files_and_a_crash_gives_no_number_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gifts, "PAPERS_PER_FILE", 2)
    for _ in range(5):
        world.give_money()
    job = _ask(world, "CERTIFICATES")

    def crash(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw_paper_job(job.id, crash)
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.*"))
    draw_paper_job(job.id)
    job.refresh_from_db()
    data, name = paper_file(job)
    assert name.endswith(".zip")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["00001-00002.pdf", "00003-00004.pdf", "00005-00005.pdf"]
        assert [page_count(archive.read(name)) for name in archive.namelist()] == [2, 2, 1]
    assert list(Acknowledgement.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5]


def test_a_donor_that_no_font_can_write_fails_the_job_and_is_named(world: World) -> None:
    world.give_money()
    type(world.donor).objects.update(name="示例😀")
    job = _ask(world)
    draw_paper_job(job.id)
    job.refresh_from_db()
    assert (job.state, job.problem["code"]) == ("FAILED", "paper_sign_missing")
    assert "示例县-2026-000001" in job.problem["zh"]
    assert "U+1F600" in job.problem["en"]
    assert CodePrint.objects.count() == 0
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.*"))


def test_the_same_token_queues_once(world: World) -> None:
    world.give_money()
    token = new_id()
    assert _ask(world, token=token).id == _ask(world, token=token).id
    assert DBTaskResult.objects.count() == 1


def test_what_cannot_be_printed_is_refused_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gifts, "GIFTS_MAX", 1)
    for kind, request, refusal in (
        ("NOTHING", {"year": 2026}, PaperKindUnknown),
        ("ACKNOWLEDGEMENTS", {}, PaperRequestIncomplete),
        ("ACKNOWLEDGEMENTS", {"year": 2026, "quantity": 1}, PaperRequestIncomplete),
        ("ACKNOWLEDGEMENTS", {"year": 1999}, YearOutOfBounds),
        ("ACKNOWLEDGEMENTS", {"year": 9999}, YearOutOfBounds),
        ("ACKNOWLEDGEMENTS", {"year": 2026, "programme": "nothing"}, ProgrammeMissing),
        ("ACKNOWLEDGEMENTS", {"year": 2026}, PaperEmpty),
    ):
        with nothing_written(), pytest.raises(refusal):
            _ask(world, kind, request=request)
    world.give_money()
    _ask(world)
    world.give_money()
    with nothing_written(), pytest.raises(PaperTooLong):
        _ask(world)


def test_one_paper_is_drawn_at_once_and_a_void_one_says_so(world: World) -> None:
    gift = world.give_money()
    job = _ask(world)
    draw_paper_job(job.id)
    paper = get_paper(donation=gift)
    void_acknowledgement(actor=world.partner, acknowledgement=paper.row, reason="写错", now=world.now)
    assert "作废" in words_of(acknowledgement_pdf(get_paper(donation=gift)))
    assert "捐赠证书" in words_of(acknowledgement_pdf(paper, CERTIFICATE))


def test_a_square_that_is_not_read_back_stops_the_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gift = world.give_money()
    draw_paper_job(_ask(world).id)
    file = PaperFile("", "x", [gifts.drawing_of(get_paper(donation=gift))], ["HTTPS://NUANLIU.EXAMPLE/Q/ANOTHER"])
    with pytest.raises(CodeUnread):
        pdf_of(file)
    assert paper_files.PAPER_DPI == 203


@pytest.mark.parametrize("room", [0, 1_000])
def test_a_disk_that_is_full_fails_the_job_and_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    world.give_money(100)
    job, sound = _ask(world), Path.write_bytes

    def on_a_small_disk(path: Path, data: bytes) -> int:
        with files_up_to(room):
            return sound(path, data)

    monkeypatch.setattr(Path, "write_bytes", on_a_small_disk)
    draw_paper_job(job.id)
    job.refresh_from_db()
    assert (job.state, job.problem["code"], job.path) == ("FAILED", "file_unwritten", "")
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
    assert CodePrint.objects.count() == 0, "nothing counts as printed that was not"


def test_a_stranger_finds_no_job(world: World) -> None:
    world.give_money()
    job = _ask(world)
    with pytest.raises(PaperJobMissing):
        get_paper_job(job_id=job.id, organisation=world.stranger_county)
    assert PaperJob.objects.get() == job
