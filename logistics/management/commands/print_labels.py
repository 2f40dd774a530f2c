"""Draw the labels of parcels into a PDF, every code read back from it."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from logistics.kernel.refusals import Refusal
from logistics.management.progress import progress_bar
from logistics.parcels.models import Parcel
from logistics.parcels.reads import for_labels, get_parcels, parcels_to_print
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.parties.reads import get_organisation
from logistics.press.actions import LABELS_PER_CALL_MAX, ask_for_many_labels
from logistics.press.label_batches import draw_batch
from logistics.press.label_ends import OPEN_STATES, LabelBatchEnded, cancel_labels
from logistics.press.label_papers import get_printer
from logistics.press.models import JobState, LabelBatch
from logistics.press.reads import released_file

LOOK_SECONDS = 0.2
# What a shell expects of a program that Ctrl-C ended.
INTERRUPTED_EXIT = 130


class Command(BaseCommand):
    """`print_labels --organisation CODE --sheet A4_3X7 --out FILE [CODE ...]`; without codes, what is planned."""

    help = (
        "Print labels. Without codes: every planned parcel of the organisation that has no label yet. Ctrl-C cancels: "
        "what was released by then is in the file, the rest counts as not printed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the parcels, the sheet and the file."""
        parser.add_argument("codes", nargs="*", help="parcel codes as printed")
        parser.add_argument("--organisation", required=True)
        parser.add_argument("--programme", help="without codes: only this programme's parcels")
        parser.add_argument("--sheet", default="THERMAL_100X150", help="the name of a label paper")
        parser.add_argument("--start-position", type=int, help="without it, where the printer's last labels ended")
        parser.add_argument("--printer", help="the code of a registered printer")
        parser.add_argument(
            "--out", type=Path, required=True, help="of more than one batch: FILE-1.pdf, FILE-2.pdf, ..."
        )

    def handle(self, *args: Any, codes: list[str], out: Path, **options: Any) -> None:
        """Draw them here and now, without waiting for a worker."""
        try:
            organisation = get_organisation(code=options["organisation"])
            actor = Actor(organisation, organisation.id, key_name="print_labels")
            batches = ask_for_many_labels(
                actor=actor,
                parcels=_parcels(organisation, codes, options["programme"]),
                sheet=options["sheet"],
                printer=get_printer(code=options["printer"], organisation=organisation) if options["printer"] else None,
                start_position=options["start_position"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            raise CommandError(f"{refusal.message('en')}  {refusal.message('zh')}") from None
        files = [out] if len(batches) == 1 else [out.with_stem(f"{out.stem}-{n}") for n in range(1, len(batches) + 1)]
        try:
            for batch, file in zip(batches, files, strict=True):
                _draw(batch)
                self._write(batch, file)
        except KeyboardInterrupt:
            self._cancel(actor, batches, files)
            raise SystemExit(INTERRUPTED_EXIT) from None
        failed = [batch for batch in batches if batch.state != JobState.DONE]
        if failed:
            raise CommandError("\n".join(f"{one.problem['en']}  {one.problem['zh']}" for one in failed if one.problem))

    def _cancel(self, actor: Actor, batches: Sequence[LabelBatch], files: Sequence[Path]) -> None:
        """Stop what is not drawn yet, and say of every batch what of it is printed."""
        for batch, file in zip(batches, files, strict=True):
            try:
                cancel_labels(actor=actor, batch=batch, now=timezone.now())
            except LabelBatchEnded:
                continue
            self._write(batch, file)

    def _write(self, batch: LabelBatch, file: Path) -> None:
        """Write what was released of a batch that has ended, and say how much that is."""
        batch.refresh_from_db()
        if not batch.done:
            self.stderr.write(f"0 / {batch.total} labels: nothing is printed.  没有打印。")
            return
        try:
            file.write_bytes(released_file(batch))
        except OSError as error:
            raise CommandError(
                f"{file}: {error.strerror}. The labels are ready on the page /labels/{batch.id}."
            ) from None
        self.stderr.write(f"{batch.done} / {batch.total} labels  {file}")


def _draw(batch: LabelBatch) -> None:
    """Draw a batch, or watch a worker that was faster."""
    bar = progress_bar("Drawing 正在绘制")
    while True:
        draw_batch(batch.id, bar)
        batch.refresh_from_db()
        if batch.state not in OPEN_STATES:
            return
        bar(batch.done, batch.total)
        time.sleep(LOOK_SECONDS)


def _parcels(organisation: Organisation, codes: list[str], programme: str | None) -> list[Parcel]:
    if codes:
        return get_parcels(keys=codes, organisation=organisation)
    rows = for_labels(parcels_to_print(organisation))
    found = list((rows.filter(programme__code=programme) if programme else rows)[:LABELS_PER_CALL_MAX])
    if not found:
        raise CommandError("No planned parcel waits for a label.  没有等待打印标签的包裹。")
    return found
