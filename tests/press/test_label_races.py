"""Two batches with one parcel: whichever comes second says on the paper that it is the second."""

import subprocess
from collections import Counter

import pypdfium2
import pytest

from logistics.codes.models import Code, CodePrint
from logistics.parcels.actions import cancel_parcel
from logistics.parcels.models import Parcel
from logistics.press import label_batches
from logistics.press.actions import ask_for_labels, reprint_label, revoke_label
from logistics.press.label_batches import draw_batch
from logistics.press.models import LabelBatch
from logistics.press.reads import labels_file
from tests.cast import World
from tests.press.chunks import SHEET, asked, other_process, print_counts

MARK = "补打"
LABELS = 40


def _texts(batch: LabelBatch) -> list[str]:
    """Say what stands on each label, one a page."""
    batch.refresh_from_db()
    assert batch.state == "DONE", batch.problem
    document = pypdfium2.PdfDocument(labels_file(batch))
    return [page.get_textpage().get_text_range().replace("\xa0", " ") for page in document]


def _meanwhile(monkeypatch: pytest.MonkeyPatch, happens) -> None:  # type: ignore[no-untyped-def]
    """Let something happen when the first chunk of a batch is drawn and read, and is just about to leave."""
    sound, is_over = label_batches.misread_marks, []

    def read(*args: object) -> object:
        if not is_over:
            is_over.append(True)
            happens()
        return sound(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(label_batches, "misread_marks", read)


def test_a_label_that_another_batch_prints_meanwhile_is_drawn_again_with_its_mark(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, parcels = asked(world, 3)
    second = ask_for_labels(actor=world.partner, parcels=parcels[:2], sheet=SHEET, now=world.now)
    _meanwhile(monkeypatch, lambda: draw_batch(second.id))
    draw_batch(first.id)
    assert [MARK in text for text in _texts(second)] == [False, False]
    assert [f"{MARK} 1" in text for text in _texts(first)] == [True, True, False]
    assert (print_counts(parcels), CodePrint.objects.count()) == ([2, 2, 1], 5)


@pytest.mark.parametrize("what", ["cancelled", "revoked"])
@pytest.mark.parametrize("when", ["before a worker comes", "while it is drawn"])
def test_what_may_not_be_printed_any_more_stops_its_batch(
    world: World, monkeypatch: pytest.MonkeyPatch, what: str, when: str
) -> None:
    batch, parcels = asked(world, 3)

    def end() -> None:
        if what == "cancelled":
            cancel_parcel(parcel=parcels[1], actor=world.partner, now=world.now)
        else:
            revoke_label(actor=world.partner, code=parcels[1].code, reason="糊了", now=world.now)

    if when == "before a worker comes":
        end()
    else:
        _meanwhile(monkeypatch, end)
    draw_batch(batch.id)
    batch.refresh_from_db()
    wanted = {"cancelled": "parcel_not_printable", "revoked": "label_revoked"}[what]
    assert (batch.state, batch.done, batch.problem["code"]) == ("FAILED", 0, wanted)
    assert parcels[1].code.text in batch.problem["zh"]
    assert CodePrint.objects.count() == 0


def test_a_label_that_is_replaced_meanwhile_gets_its_new_code(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    batch, parcels = asked(world, 2)

    def replace() -> None:
        revoke_label(actor=world.partner, code=parcels[1].code, reason="糊了", now=world.now)
        parcel = Parcel.objects.select_related("code").get(id=parcels[1].id)
        reprint_label(actor=world.partner, parcel=parcel, sheet=SHEET, reason="糊了", now=world.now)

    _meanwhile(monkeypatch, replace)
    draw_batch(batch.id)
    new = Parcel.objects.get(id=parcels[1].id).code
    assert new.text != parcels[1].code.text
    assert [new.text in text.replace("-", "") for text in _texts(batch)] == [False, True]
    assert dict(Code.objects.values_list("text", "print_count"))[parcels[1].code.text] == 0


def test_two_workers_print_each_first_label_once(committed_world: World, committed_database: str) -> None:
    world = committed_world
    first, parcels = asked(world, LABELS)
    second = ask_for_labels(actor=world.partner, parcels=parcels[::-1], sheet=SHEET, now=world.now)
    batches = (first, second)
    workers = [_ready_to_draw(committed_database, batch) for batch in batches]
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    assert [worker.wait(60) for worker in workers] == [0, 0]
    marks: dict[str, Counter[str]] = {parcel.code.text: Counter() for parcel in parcels}
    for batch in batches:
        for text in _texts(batch):
            code = next(one for one in marks if one in text.replace("-", ""))
            marks[code][f"{MARK} 1" if f"{MARK} 1" in text else ""] += 1
    assert all(counted == {"": 1, f"{MARK} 1": 1} for counted in marks.values()), marks
    assert print_counts(parcels) == [2] * LABELS


_DRAW = """
import django; django.setup()
import sys, uuid
import labels.stamp
from logistics.press.label_batches import draw_batch
print("ready", flush=True)
sys.stdin.readline()
draw_batch(uuid.UUID(sys.argv[1]))
"""


def _ready_to_draw(url: str, batch: LabelBatch) -> "subprocess.Popen[str]":
    worker: subprocess.Popen[str] = other_process(
        url, "-c", _DRAW, str(batch.id), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout.readline() == "ready\n"  # type: ignore[union-attr]
    return worker
