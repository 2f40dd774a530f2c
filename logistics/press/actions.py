"""Ask for files: the job is queued in the transaction that asks for it."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence

from labels.sheets import LabelSheet
from labels.spec import LABELS_PER_BATCH_MAX
from logistics.codes.actions import replace_code, revoke_code
from logistics.codes.models import Code, CodeState
from logistics.kernel.refusals import Unacceptable
from logistics.parcels.actions import relabel_parcel
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.press.label_papers import get_sheet
from logistics.press.models import LabelBatch, Printer
from logistics.press.positions import offered_position, take_positions
from logistics.press.printable import require_printable
from logistics.press.tasks import draw_label_batch
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

# So many labels can be asked for at once; they are split into batches.
LABELS_PER_CALL_MAX = 100_000
# Batches of one call but the first wait behind whoever asks for fewer labels meanwhile.
LATER_PRIORITY = -10


class LabelsOutOfBounds(Unacceptable):
    code = "labels_out_of_bounds"
    zh = "一次可打印 1 到 {most} 张标签，包裹不能重复。"
    en = "Between 1 and {most} labels are printed at once, with no parcel twice."


@action
def ask_for_labels(
    *,
    actor: Actor,
    parcels: Sequence[Parcel],
    sheet: str,
    printer: Printer | None = None,
    start_position: int | None = None,
    reason: str = "",
    now: dt.datetime,
    token: uuid.UUID | None = None,
    priority: int = 0,
) -> LabelBatch:
    """Queue a batch of labels in the order given. The same token queues it once.

    Without a start position they go on where the printer's last ones on this paper ended.

    Refuses SheetUnknown, PositionOutsideSheet, LabelsOutOfBounds, ParcelNotPrintable, LabelRevoked.
    """
    paper = get_sheet(name=sheet, organisation=actor.organisation)
    if not 0 < len(parcels) <= LABELS_PER_BATCH_MAX or len({parcel.id for parcel in parcels}) < len(parcels):
        raise LabelsOutOfBounds(most=LABELS_PER_BATCH_MAX, pointer="/parcels")
    for parcel in parcels:
        require_printable(text=parcel.code.text, state=parcel.state, code_state=parcel.code.state)
    batch_id = derived_id(token, 0) if token else new_id()
    queued = LabelBatch.objects.filter(id=batch_id, organisation=actor.organisation).first()
    if queued is not None:
        return queued
    batch = LabelBatch.objects.create(
        id=batch_id,
        organisation=actor.organisation,
        printer=printer,
        sheet=sheet,
        start_position=take_positions(printer=printer, sheet=paper, start_position=start_position, labels=len(parcels)),
        reason=reason,
        parcel_ids=[str(parcel.id) for parcel in parcels],
        total=len(parcels),
        asked_at=now,
        asked_by_id=actor.holder_id,
    )
    draw_label_batch.using(priority=priority).enqueue(str(batch.id))
    return batch


@action
def ask_for_many_labels(
    *,
    actor: Actor,
    parcels: Sequence[Parcel],
    sheet: str,
    printer: Printer | None = None,
    start_position: int | None = None,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> list[LabelBatch]:
    """Queue labels in the order given, split into batches of which each ends with a full sheet.

    Refuses what `ask_for_labels` does; then none of them is queued.
    """
    paper = get_sheet(name=sheet, organisation=actor.organisation)
    if not 0 < len(parcels) <= LABELS_PER_CALL_MAX or len({parcel.id for parcel in parcels}) < len(parcels):
        raise LabelsOutOfBounds(most=LABELS_PER_CALL_MAX, pointer="/parcels")
    once, batches = token or new_id(), list[LabelBatch]()
    for run in _split(len(parcels), paper, start_position or offered_position(printer, sheet)):
        batch = ask_for_labels(
            actor=actor,
            parcels=parcels[run.start : run.stop],
            sheet=sheet,
            printer=printer,
            start_position=None if batches else start_position,
            now=now,
            token=derived_id(once, len(batches)) if batches else once,
            priority=LATER_PRIORITY if batches else 0,
        )
        batches.append(batch)
    return batches


@action
def revoke_label(*, actor: Actor, code: Code, reason: str, now: dt.datetime) -> Code:
    """Revoke a printed code: whoever scans it is told so. Refuses CodeRevoked."""
    return revoke_code(code=code, reason=reason, now=now, revoked_by_id=actor.holder_id)


@action
def reprint_label(
    *,
    actor: Actor,
    parcel: Parcel,
    sheet: str,
    printer: Printer | None = None,
    reason: str,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> LabelBatch:
    """Print a parcel's label once more, counted; a revoked one is replaced by a new code. Refuses what a batch does."""
    if parcel.code.state == CodeState.REVOKED:
        new = replace_code(code=parcel.code, reason=reason, now=now)
        relabel_parcel(parcel=parcel, code=new)
        parcel.code = new
    return ask_for_labels(
        actor=actor, parcels=[parcel], sheet=sheet, printer=printer, reason=reason, now=now, token=token
    )


def _split(labels: int, sheet: LabelSheet, position: int) -> Iterator[range]:
    """Split labels into runs that a batch can hold, the first of which begins at a position of a part-used sheet."""
    if labels <= LABELS_PER_BATCH_MAX:
        yield range(labels)
        return
    most = LABELS_PER_BATCH_MAX // sheet.positions * sheet.positions
    start, stop = 0, most - position + 1
    while start < labels:
        yield range(start, stop)
        start, stop = stop, min(labels, stop + most)
