"""Batches of labels: ask, cancel, and have each chunk as soon as it is released."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.fields import CodeField, StrictSerializer, TextField, WholeField
from api.v1.labels import PRINT, JobAnswer, said_job
from logistics.parcels.access import visible_parcels
from logistics.parcels.models import Parcel
from logistics.parcels.reads import for_labels, get_parcels
from logistics.press.actions import LABELS_PER_CALL_MAX, ask_for_many_labels
from logistics.press.label_ends import cancel_labels
from logistics.press.label_papers import get_printer
from logistics.press.reads import chunk_file, first_sheet_picture, get_label_batch, labels_file

POSITION_MAX = 100
# One statement asks for so many parcels by their codes.
CODES_PER_READ = 1_000


class FilterField(StrictSerializer):
    """Parcels by what they have in common."""

    programme = CodeField(required=False)
    batch = TextField(length=24, required=False)
    state = TextField(length=20, required=False)


class LabelBatchInput(StrictSerializer):
    """Labels to print: parcels by their codes, or by a filter."""

    parcels = serializers.ListField(child=TextField(length=60), required=False, max_length=LABELS_PER_CALL_MAX)
    filter = FilterField(required=False)
    sheet = CodeField(help_text="A name from /label-sheets: A4_3X7, A4_3X8, THERMAL_100X150, ... or one's own.")
    printer = CodeField(required=False, help_text="Whose offset and dots count, and whose part-used sheet goes on.")
    start_position = WholeField(
        least=1,
        most=POSITION_MAX,
        required=False,
        help_text="Without it, after the printer's last label on this paper, or 1.",
    )


class LabelBatchAnswer(JobAnswer):
    """The first batch of what was asked for; `further` are the others where it was split."""

    further = serializers.ListField(child=JobAnswer())


class LabelBatches(Door):
    """Batches of labels."""

    scopes = PRINT

    @documented(
        "Print labels",
        "Queues a job. Codes are read back from the PDF before it is released, in chunks of at most 1,000 labels: the "
        "job lists them as they finish, and has them in one file at the end. More than 4,000 labels, at most 100,000, "
        "are split into several jobs.",
        request=LabelBatchInput,
        answers={202: LabelBatchAnswer},
        problems=(409, 413, 415, 422),
        tag="labels",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Queue."""
        data = self.read(LabelBatchInput)
        organisation = self.actor.organisation
        first, *further = ask_for_many_labels(
            actor=self.actor,
            parcels=self._parcels(data),
            sheet=data["sheet"],
            printer=get_printer(code=data["printer"], organisation=organisation) if "printer" in data else None,
            start_position=data.get("start_position"),
            now=timezone.now(),
        )
        answer = {**said_job(first), "further": [said_job(batch) for batch in further]}
        return Response(answer, status=202, headers={"Location": f"/api/v1/jobs/{first.id}"})

    def _parcels(self, data: dict[str, Any]) -> list[Parcel]:
        organisation = self.actor.organisation
        if "parcels" in data:
            runs = (data["parcels"][at : at + CODES_PER_READ] for at in range(0, len(data["parcels"]), CODES_PER_READ))
            return [parcel for run in runs for parcel in get_parcels(keys=run, organisation=organisation)]
        wanted = {
            "programme__code" if name == "programme" else name: text for name, text in data.get("filter", {}).items()
        }
        rows = for_labels(visible_parcels(organisation).filter(**wanted).order_by("id"))
        return list(rows[: LABELS_PER_CALL_MAX + 1])


class CancelledLabelBatches(Door):
    """Batches that were stopped."""

    scopes = PRINT

    @documented(
        "Cancel labels",
        "What was released stays and counts as printed; nothing more follows. The job is FAILED: `labels_cancelled`.",
        answers={200: JobAnswer},
        problems=(409, 415),
        tag="labels",
        is_repeatable=True,
    )
    def post(self, request: Request, job_id: uuid.UUID) -> Response:
        """Cancel."""
        batch = get_label_batch(batch_id=job_id, organisation=self.actor.organisation)
        return Response(said_job(cancel_labels(actor=self.actor, batch=batch, now=timezone.now())))


class LabelFiles(Door):
    """The finished PDF."""

    scopes = PRINT

    @documented(
        "Download labels",
        "The PDF of a finished batch, all chunks in one.",
        answers={200: OpenApiTypes.BINARY},
        problems=(409,),
        tag="labels",
    )
    def get(self, request: Request, job_id: uuid.UUID) -> HttpResponse:
        """Download."""
        batch = get_label_batch(batch_id=job_id, organisation=self.actor.organisation)
        return _pdf(labels_file(batch), f"labels-{batch.id}.pdf")


class LabelChunkFiles(Door):
    """The PDF of one chunk."""

    scopes = PRINT

    @documented(
        "Download a chunk of labels",
        "From the moment it is released, while the rest is still drawn. Chunks are numbered from 0.",
        answers={200: OpenApiTypes.BINARY},
        problems=(409,),
        tag="labels",
    )
    def get(self, request: Request, job_id: uuid.UUID, number: int) -> HttpResponse:
        """Download."""
        batch = get_label_batch(batch_id=job_id, organisation=self.actor.organisation)
        return _pdf(chunk_file(batch, number), f"labels-{batch.id}-{number}.pdf")


class LabelPictures(Door):
    """The first sheet as a picture."""

    scopes = PRINT

    @documented(
        "Look at the first sheet of labels",
        "A PNG, as soon as the first chunk is released.",
        answers={200: OpenApiTypes.BINARY},
        problems=(409,),
        tag="labels",
    )
    def get(self, request: Request, job_id: uuid.UUID) -> HttpResponse:
        """Download."""
        batch = get_label_batch(batch_id=job_id, organisation=self.actor.organisation)
        return HttpResponse(first_sheet_picture(batch), content_type="image/png")


def _pdf(data: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)
