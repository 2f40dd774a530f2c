"""Evidence files: everything on record of one parcel as one PDF, made by a job."""

import uuid

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.fields import CodeField, StrictSerializer
from api.v1.labels import JobAnswer
from logistics.parcels.reads import get_parcel
from logistics.press.audit_subjects import require_parcel_within
from logistics.press.models import JobState, PaperJob
from logistics.press.paper_reads import PaperJobMissing, get_paper_job, paper_file
from logistics.press.paper_requests import ask_for_paper
from logistics.press.papers.evidence import EVIDENCE

READ = ("ledgers:read",)


class EvidenceInput(StrictSerializer):
    """Which parcel."""

    parcel = CodeField(help_text="The parcel's code.")


class EvidenceFiles(Door):
    """Jobs that make evidence files."""

    scopes = {"POST": READ}

    @documented(
        "Make an evidence file",
        "Agreement, acknowledgements, basis of value, scans, hashes of proofs, entries with leaf numbers and inclusion "
        "proofs, as one tagged PDF; names are masked, and what is not on record is listed as such.",
        request=EvidenceInput,
        answers={202: JobAnswer},
        problems=(409, 413, 415, 422),
        tag="ledgers",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Queue."""
        code = self.read(EvidenceInput)["parcel"]
        parcel = require_parcel_within(self.actor, get_parcel(key=code, organisation=self.actor.organisation))
        wanted = {"parcel": parcel.code.text}
        job = ask_for_paper(actor=self.actor, kind=EVIDENCE, request=wanted, now=timezone.now())
        return Response(_said(job), status=202, headers={"Location": f"/api/v1/evidence-files/{job.id}"})


class OneEvidenceFile(Door):
    """A job and, when it is done, its file."""

    scopes = {"GET": READ}

    @documented(
        "Read an evidence job",
        "QUEUED, RUNNING, DONE with the file's address, or FAILED with its problem.",
        answers={200: JobAnswer},
        tag="ledgers",
    )
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        """Read."""
        return Response(_said(_own_job(self, job_id)))


class EvidencePdf(Door):
    """The finished PDF."""

    scopes = {"GET": READ}

    @documented(
        "Download an evidence file",
        "The tagged PDF (PDF/UA-1) of a finished job.",
        answers={200: OpenApiTypes.BINARY},
        problems=(409,),
        tag="ledgers",
    )
    def get(self, request: Request, job_id: uuid.UUID) -> HttpResponse:
        """Download."""
        data, name = paper_file(_own_job(self, job_id))
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(data, content_type="application/pdf", headers=headers)


def _own_job(door: Door, job_id: uuid.UUID) -> PaperJob:
    job: PaperJob = get_paper_job(job_id=job_id, organisation=door.actor.organisation)
    if job.kind != EVIDENCE:
        raise PaperJobMissing
    require_parcel_within(door.actor, get_parcel(key=job.request["parcel"], organisation=door.actor.organisation))
    return job


def _said(job: PaperJob) -> dict[str, object]:
    return {
        "id": str(job.id),
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "result_url": f"/api/v1/evidence-files/{job.id}/evidence.pdf" if job.state == JobState.DONE else None,
        "problem": job.problem,
    }
