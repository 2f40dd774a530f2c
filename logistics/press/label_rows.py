"""What the labels of a batch say, and which code each carries: read at once, and plain."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from labels.spec import ParcelLabel
from logistics.kernel.codes import code_uri
from logistics.parcels.models import Parcel
from logistics.partners.reads import is_sandbox
from logistics.press.models import LabelBatch
from logistics.press.printable import require_printable

# Tuples: thousands of rows as objects take longer to make than their labels take to draw.
_COLUMNS = (
    "id",
    "code_id",
    "state",
    "code__state",
    "code__text",
    "programme__name_zh",
    "township",
    "contents_text",
    "weight_grams",
    "batch",
    "programme__thanks",
    "organisation__name_zh",
    "code__print_count",
    "programme__label_template",
)


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One label of a batch. It may leave only while its code still counts and was printed `label.reprint` times."""

    code_id: uuid.UUID
    label: ParcelLabel


def label_rows(batch: LabelBatch, *, released: int) -> list[LabelRow]:
    """Return what every label of a batch says, in its order; without what no label shows.

    Refuses ParcelNotPrintable and LabelRevoked for one that is not released yet.
    """
    rows = {row[0]: row for row in Parcel.objects.filter(id__in=batch.parcel_ids).values_list(*_COLUMNS)}
    ordered = [rows[uuid.UUID(parcel_id)] for parcel_id in batch.parcel_ids]
    for _, _, state, code_state, text, *_ in ordered[released:]:
        require_printable(text=text, state=state, code_state=code_state)
    is_test = is_sandbox(batch.organisation)
    return [_row(is_test, *row[1:]) for row in ordered]


def _row(
    is_test: bool,
    code_id: uuid.UUID,
    state: str,
    code_state: str,
    text: str,
    programme: str,
    township: str,
    contents: Sequence[dict[str, object]],
    weight_grams: int | None,
    batch: str,
    thanks: str,
    federation: str,
    print_count: int,
    template: str,
) -> LabelRow:
    """Say a parcel for paper. There is nothing of a person in it."""
    label = ParcelLabel(
        code=text,
        uri=code_uri(text, settings.CODE_HOST),
        programme=programme,
        township=township or "—",
        contents=tuple(f"{line['zh']} x{line['quantity']}" for line in contents),
        weight_grams=weight_grams,
        batch=batch,
        thanks=thanks,
        federation=federation,
        reprint=print_count,
        template=template,
        is_test=is_test,
    )
    return LabelRow(code_id, label)
