"""Paper in one go: acknowledgements of a year, sheets, notes and cards, made by a job."""

import uuid

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import scopes_of
from api.doors import Door, documented
from api.fields import CodeField, StrictSerializer, TextField, WholeField
from api.problems import ScopeMissing
from api.v1.labels import JobAnswer, said_job
from logistics.press.paper_jobs import KINDS
from logistics.press.paper_reads import get_paper_job, paper_file
from logistics.press.paper_requests import ask_for_paper
from logistics.press.papers.kinds import Subject

PRINT = {"POST": ("labels:print",), "GET": ("labels:print",)}
YEAR_MAX = 9999
NAMES_MAX = 1_000
# What a paper says needs the scope of those who may know it, besides the scope to print.
_SCOPES = {Subject.GIFTS: "donations:write", Subject.FAMILIES: "households:read", Subject.AUDIT: "ledgers:read"}


class PaperInput(StrictSerializer):
    """A paper to make. What else it needs and may take depends on the paper: `GET /papers` says it."""

    paper = TextField(length=24, help_text="One of those that GET /papers lists.")
    year = WholeField(least=1, most=YEAR_MAX, required=False)
    programme = CodeField(required=False)
    batch = TextField(length=24, required=False, help_text="Parcels by their batch.")
    township = TextField(length=60, required=False)
    household = TextField(length=24, required=False)
    warehouse = CodeField(required=False)
    recipe = CodeField(required=False)
    quantity = WholeField(least=1, required=False)
    gift = TextField(length=60, required=False, help_text="The code of a gift of goods.")
    purchase = serializers.UUIDField(required=False, help_text="The id of a purchase.")
    stock_take = serializers.UUIDField(required=False, help_text="The id of an open stock-take.")
    notice = TextField(length=12, required=False, help_text="The number of a public notice, as in 2026-3.")
    names = serializers.ListField(child=TextField(length=40), required=False, max_length=NAMES_MAX)
    parcel = CodeField(required=False, help_text="A parcel's code.")


class PaperAnswer(serializers.Serializer):
    """A kind of paper."""

    paper = serializers.CharField()
    name = serializers.DictField()
    needs = serializers.ListField(child=serializers.CharField())
    takes = serializers.ListField(child=serializers.CharField())


class PapersAnswer(serializers.Serializer):
    """Every kind of paper."""

    items = serializers.ListField(child=PaperAnswer())


class Papers(Door):
    """Kinds of paper, and jobs that make them."""

    scopes = PRINT

    @documented(
        "List papers", "Every kind that can be printed, with what it needs.", answers={200: PapersAnswer}, tag="papers"
    )
    def get(self, request: Request) -> Response:
        """List."""
        items = [
            {"paper": name, "name": {"zh": kind.zh, "en": kind.en}, "needs": kind.needs, "takes": kind.takes}
            for name, kind in KINDS.items()
        ]
        return Response({"items": items})

    @documented(
        "Print a paper",
        "Queues a job: everything fits and every code is read back, or the job fails and says which row.",
        request=PaperInput,
        answers={202: JobAnswer},
        problems=(409, 413, 415, 422),
        tag="papers",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Queue."""
        data = {
            name: str(value) if isinstance(value, uuid.UUID) else value for name, value in self.read(PaperInput).items()
        }
        kind = data.pop("paper")
        needed = _SCOPES.get(KINDS[kind].subject) if kind in KINDS else None
        if needed and needed not in scopes_of(request):
            raise ScopeMissing(needed=[needed])
        job = ask_for_paper(actor=self.actor, kind=kind, request=data, now=timezone.now())
        return Response(said_job(job), status=202, headers={"Location": f"/api/v1/jobs/{job.id}"})


class PaperFiles(Door):
    """The finished file."""

    scopes = PRINT

    @documented(
        "Download a paper",
        "The tagged PDF of a finished job; a ZIP of several where there are more papers than one file holds.",
        answers={200: OpenApiTypes.BINARY},
        problems=(409,),
        tag="papers",
    )
    def get(self, request: Request, job_id: uuid.UUID) -> HttpResponse:
        """Download."""
        data, name = paper_file(get_paper_job(job_id=job_id, organisation=self.actor.organisation))
        media_type = "application/zip" if name.endswith(".zip") else "application/pdf"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(data, content_type=media_type, headers=headers)
