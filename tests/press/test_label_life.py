"""The life of a label: printed, printed once more with a mark, revoked, replaced; who, when and why."""

import pypdfium2
import pytest

from logistics.codes.models import Code, CodeState
from logistics.press.actions import reprint_label, revoke_label
from logistics.press.label_batches import draw_batch
from logistics.press.label_life import label_life
from logistics.press.models import LabelBatch
from logistics.press.reads import labels_file
from tests.cast import World


def _reprint(world: World, parcel, reason: str) -> LabelBatch:  # type: ignore[no-untyped-def]
    keeper = world.as_actor(world.keeper)
    batch = reprint_label(actor=keeper, parcel=parcel, sheet="A4_3X7", reason=reason, now=world.now)
    draw_batch(batch.id)
    batch.refresh_from_db()
    parcel.refresh_from_db()
    parcel.code.refresh_from_db()
    return batch


def _text(batch: LabelBatch) -> str:
    text = str(pypdfium2.PdfDocument(labels_file(batch))[0].get_textpage().get_text_range())
    # What belongs together on paper is joined by a space that does not break.
    return text.replace("\xa0", " ")


def test_each_print_is_counted_named_and_marked_on_the_paper(world: World) -> None:
    parcel = world.parcel()
    first, second, third = (_reprint(world, parcel, reason) for reason in ("首次", "打歪了", "被雨淋了"))
    assert "补打" not in _text(first)
    assert "补打 1" in _text(second) and "补打 2" in _text(third)
    life = label_life(parcel.code)
    assert life.code.print_count == 3
    assert [(one.by, one.reason, one.sheet) for one in life.prints] == [
        ("示例keeper", "首次", "A4_3X7"),
        ("示例keeper", "打歪了", "A4_3X7"),
        ("示例keeper", "被雨淋了", "A4_3X7"),
    ]
    assert [one.batch_id for one in life.prints] == [first.id, second.id, third.id]
    assert (life.revoked_by, life.replaces, life.replaced_by) == ("", "", "")


def test_a_replaced_label_knows_its_follower_and_keeps_why_it_ended(world: World) -> None:
    parcel = world.parcel()
    old = parcel.code
    _reprint(world, parcel, "首次")
    revoke_label(actor=world.as_actor(world.officer), code=old, reason="丢失", now=world.now)
    parcel.code.refresh_from_db()
    batch = _reprint(world, parcel, "换新")
    old.refresh_from_db()
    ended, begun = label_life(old), label_life(parcel.code)
    assert (ended.code.state, ended.code.revoked_because, ended.revoked_by) == (
        CodeState.REVOKED,
        "丢失",
        "示例officer",
    )
    assert (ended.replaced_by, begun.replaces) == (parcel.code.text, old.text)
    assert (len(ended.prints), len(begun.prints)) == (1, 1)
    assert "补打" not in _text(batch), "a new code was never printed before"
    assert Code.objects.filter(kind="PARCEL").count() == 2


def test_a_program_has_no_name(world: World) -> None:
    parcel = world.parcel()
    batch = reprint_label(actor=world.partner, parcel=parcel, sheet="A4_3X7", reason="首次", now=world.now)
    draw_batch(batch.id)
    (one,) = label_life(parcel.code).prints
    assert (one.by, one.by_id) == ("", world.partner.holder_id)


@pytest.mark.parametrize("copies", [1, 99])
def test_the_mark_fits_beside_the_rest(world: World, copies: int) -> None:
    parcel = world.parcel()
    Code.objects.filter(id=parcel.code.id).update(print_count=copies)
    parcel.refresh_from_db()
    assert f"补打 {copies}" in _text(_reprint(world, parcel, "又一张"))
