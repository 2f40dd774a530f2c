"""Jobs, and the life of a printed code."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import scopes_of
from api.doors import Door, documented
from api.fields import CodeField, MomentField, StrictSerializer, TextField
from logistics.codes.models import Code
from logistics.codes.reads import get_code_within
from logistics.parcels.reads import get_parcel
from logistics.press.actions import reprint_label, revoke_label
from logistics.press.allocation_jobs import find_allocation_job
from logistics.press.allocation_models import AllocationJob
from logistics.press.bundles.jobs import find_bundle_job
from logistics.press.duplicate_searches import find_search
from logistics.press.import_models import GiftImport
from logistics.press.imports.reads import find_import
from logistics.press.label_life import label_life
from logistics.press.models import BundleJob, FileJob, JobState, LabelBatch, PaperJob
from logistics.press.paper_reads import find_paper_job
from logistics.press.reads import LabelBatchMissing, get_label_batch
from logistics.press.returned_models import ReturnedPaper
from logistics.press.returned_reads import find_returned_paper
from logistics.press.search_models import DuplicateSearch

PLAN = ("parcels:write", "grants:write")
PRINT = {"POST": ("labels:print",), "GET": ("labels:print",)}


class ChunkAnswer(serializers.Serializer):
    """Labels that are released; the first label of the batch is 1."""

    url = serializers.CharField()
    first_label = serializers.IntegerField()
    labels = serializers.IntegerField()
    start_position = serializers.IntegerField()
    sha256 = serializers.CharField()


class JobAnswer(serializers.Serializer):
    """A job and how far it has come. `done` labels of `total` are released, whatever became of the batch."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=JobState.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    start_position = serializers.IntegerField(allow_null=True, help_text="Of labels alone.")
    result_url = serializers.CharField(allow_null=True)
    chunks = serializers.ListField(
        child=ChunkAnswer(), allow_null=True, help_text="Of labels: what can be had already."
    )
    first_sheet_url = serializers.CharField(allow_null=True, help_text="Of labels: the first sheet as a picture.")
    problem = serializers.DictField(allow_null=True)


class ReasonInput(StrictSerializer):
    """Why."""

    reason = TextField()


class ReprintInput(ReasonInput):
    """Why, and on which sheet."""

    sheet = CodeField(required=False, default="THERMAL_100X150")


class CodeAnswer(serializers.Serializer):
    """A printed code."""

    code = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField()
    print_count = serializers.IntegerField()


class PrintAnswer(serializers.Serializer):
    """One time that a label went to paper; `by` is the id of the person or key."""

    printed_at = MomentField()
    by = serializers.UUIDField(allow_null=True)
    batch = serializers.UUIDField()
    sheet = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)


class LifeAnswer(CodeAnswer):
    """What became of a printed code."""

    prints = serializers.ListField(child=PrintAnswer())
    revoked_at = MomentField(allow_null=True)
    revoked_because = serializers.CharField(allow_blank=True)
    revoked_by = serializers.UUIDField(allow_null=True)
    replaces = serializers.CharField(allow_null=True)
    replaced_by = serializers.CharField(allow_null=True)


class Jobs(Door):
    """Jobs."""

    scopes = {"GET": (*PRINT["GET"], "ledgers:read", "scans:write", "donations:read", "donations:write", *PLAN)}

    @documented(
        "Read a job",
        "QUEUED, RUNNING, DONE with its result, or FAILED with its problem. Paper is for who prints, bundles for who "
        "reads ledgers, returned sheets for who scans, imports for who reads gifts, searches for who reads households, "
        "allocations for who plans parcels or grants.",
        answers={200: JobAnswer},
        tag="labels",
    )
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        """Read."""
        organisation, scopes = self.actor.organisation, scopes_of(request)
        found: FileJob | None = None
        if "ledgers:read" in scopes:
            found = find_bundle_job(job_id=job_id, organisation=organisation)
        if found is None and scopes.intersection(("donations:read", "donations:write")):
            found = find_import(job_id=job_id, organisation=organisation)
        if found is None and "scans:write" in scopes:
            found = find_returned_paper(paper_id=job_id, organisation=organisation)
        if found is None and scopes.intersection(("households:read", "households:write")):
            found = find_search(search_id=job_id, organisation=organisation)
        if found is None and scopes.intersection(PLAN):
            found = find_allocation_job(job_id=job_id, organisation=organisation)
        if found is None and not scopes.intersection(PRINT["GET"]):
            raise LabelBatchMissing
        if found is None:
            found = find_paper_job(job_id=job_id, organisation=organisation)
        return Response(said_job(found or get_label_batch(batch_id=job_id, organisation=organisation)))


class OneCode(Door):
    """The life of a printed code."""

    scopes = {"GET": ("labels:print",)}

    @documented(
        "Read a code",
        "Every time it was printed, who asked and why; whether it was revoked; what it replaced and what replaced it.",
        answers={200: LifeAnswer},
        problems=(422,),
        tag="labels",
    )
    def get(self, request: Request, code: str) -> Response:
        """Read."""
        life = label_life(_own_code(self, code))
        moment, row = MomentField().to_representation, life.code
        return Response(
            {
                **_code(row),
                "prints": [
                    {
                        "printed_at": moment(one.printed_at),
                        "by": str(one.by_id) if one.by_id else None,
                        "batch": str(one.batch_id),
                        "sheet": one.sheet,
                        "reason": one.reason,
                    }
                    for one in life.prints
                ],
                "revoked_at": moment(row.revoked_at) if row.revoked_at else None,
                "revoked_because": row.revoked_because,
                "revoked_by": str(row.revoked_by_id) if row.revoked_by_id else None,
                "replaces": life.replaces or None,
                "replaced_by": life.replaced_by or None,
            }
        )


class RevokedCodes(Door):
    """Codes that no longer count."""

    scopes = {"POST": ("labels:print",)}

    @documented(
        "Revoke a code",
        "Whoever scans it is told so.",
        request=ReasonInput,
        answers={200: CodeAnswer},
        problems=(409, 413, 415, 422),
        tag="labels",
        is_repeatable=True,
    )
    def post(self, request: Request, code: str) -> Response:
        """Revoke."""
        data = self.read(ReasonInput)
        row = revoke_label(actor=self.actor, code=_own_code(self, code), reason=data["reason"], now=timezone.now())
        return Response(_code(row))


class ReprintedCodes(Door):
    """Labels printed once more."""

    scopes = {"POST": ("labels:print",)}

    @documented(
        "Reprint a parcel's label",
        "Counted, with a small mark on the paper; a revoked code is replaced by a new one.",
        request=ReprintInput,
        answers={202: JobAnswer},
        problems=(409, 413, 415, 422),
        tag="labels",
        is_repeatable=True,
    )
    def post(self, request: Request, code: str) -> Response:
        """Reprint."""
        data = self.read(ReprintInput)
        batch = reprint_label(
            actor=self.actor,
            parcel=get_parcel(key=code, organisation=self.actor.organisation),
            sheet=data["sheet"],
            reason=data["reason"],
            now=timezone.now(),
        )
        return Response(said_job(batch), status=202, headers={"Location": f"/api/v1/jobs/{batch.id}"})


def _own_code(door: Door, text: str) -> Code:
    return get_code_within(text, door.actor.organisation)


def said_job(job: FileJob) -> dict[str, Any]:
    """Say a job, and where its file is once it is done; of labels, what is released so far."""
    urls: dict[type[FileJob], str] = {
        LabelBatch: "label-batches/{0.id}/labels.pdf",
        PaperJob: "papers/{0.id}/file",
        BundleJob: "bundles/{0.id}/file",
        ReturnedPaper: "returned-sheets/{0.id}",
        GiftImport: "imports/{0.id}",
        DuplicateSearch: "duplicates",
        AllocationJob: "distribution-lists/{0.list_id}",
    }
    is_done = job.state == JobState.DONE
    chunks = _chunks(job) if isinstance(job, LabelBatch) else None
    return {
        "id": str(job.id),
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "start_position": job.start_position if isinstance(job, LabelBatch) else None,
        "result_url": f"/api/v1/{urls[type(job)].format(job)}" if is_done else None,
        "chunks": chunks,
        "first_sheet_url": f"/api/v1/label-batches/{job.id}/first-sheet.png" if chunks else None,
        "problem": job.problem,
    }


def _chunks(batch: LabelBatch) -> list[dict[str, Any]]:
    return [
        {
            "url": f"/api/v1/label-batches/{batch.id}/chunks/{row.number}.pdf",
            "first_label": row.first + 1,
            "labels": row.labels,
            "start_position": row.start_position,
            "sha256": row.sha256,
        }
        for row in batch.chunks.order_by("number")
    ]


def _code(row: Code) -> dict[str, Any]:
    return {"code": row.text, "kind": row.kind, "state": row.state, "print_count": row.print_count}
