"""Draw the labels of parcels into a PDF, every code read back from it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from logistics.kernel.refusals import Refusal
from logistics.management.progress import progress_bar
from logistics.parcels.reads import get_parcels, parcels_to_print
from logistics.parties.actors import Actor
from logistics.parties.reads import get_organisation
from logistics.press.actions import ask_for_labels
from logistics.press.label_batches import draw_batch, file_of
from logistics.press.label_papers import get_printer
from logistics.press.models import JobState, LabelBatch

# So many at once; the next call takes the next ones.
LABELS_PER_CALL_MAX = 4_000


class Command(BaseCommand):
    """`print_labels --organisation CODE --sheet A4_3X7 --out FILE [CODE ...]`; without codes, what is planned."""

    help = "Print labels. Without codes: every planned parcel of the organisation that has no label yet."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the parcels, the sheet and the file."""
        parser.add_argument("codes", nargs="*", help="parcel codes as printed")
        parser.add_argument("--organisation", required=True)
        parser.add_argument("--sheet", default="THERMAL_100X150", help="the name of a label paper")
        parser.add_argument("--start-position", type=int, help="without it, where the printer's last labels ended")
        parser.add_argument("--printer", help="the code of a registered printer")
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *args: Any, codes: list[str], out: Path, **options: Any) -> None:
        """Draw them here and now, without waiting for a worker."""
        try:
            organisation = get_organisation(code=options["organisation"])
            parcels = (
                get_parcels(keys=codes, organisation=organisation)
                if codes
                else list(parcels_to_print(organisation)[:LABELS_PER_CALL_MAX])
            )
            if not parcels:
                raise CommandError("No planned parcel waits for a label.  没有等待打印标签的包裹。")
            batch = ask_for_labels(
                actor=Actor(organisation, organisation.id, key_name="print_labels"),
                parcels=parcels,
                sheet=options["sheet"],
                printer=get_printer(code=options["printer"], organisation=organisation) if options["printer"] else None,
                start_position=options["start_position"],
                now=timezone.now(),
            )
            draw_batch(batch.id, progress_bar("Drawing 正在绘制"))
        except Refusal as refusal:
            raise CommandError(f"{refusal.message('en')}  {refusal.message('zh')}") from None
        batch = LabelBatch.objects.get(id=batch.id)
        if batch.state != JobState.DONE:
            raise CommandError(f"{batch.problem and batch.problem['en']}")
        out.write_bytes(file_of(batch).read_bytes())
        self.stderr.write(f"{batch.total} labels  {out}")
