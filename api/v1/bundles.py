"""The auditor's bundle: asked for, made by a job, downloaded as a ZIP that is checked offline."""

import uuid

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.fields import CodeField, DayField, MomentField, StrictSerializer, TextField, WholeField
from api.v1.labels import JobAnswer, said_job
from logistics.journal.sealing import get_checkpoint
from logistics.kernel.sampling import SAMPLE_SIZE_MAX, SEED_LENGTH_MAX
from logistics.parties.reads import get_organisation
from logistics.press.bundles.bundle import SAMPLE_SIZE, Asked
from logistics.press.bundles.jobs import ask_for_bundle, bundle_file, get_bundle_job, require_bundle_within

READ = {"POST": ("ledgers:read",), "GET": ("ledgers:read",)}
SIZE_MAX = 2**53


class BundleInput(StrictSerializer):
    """Whose books, which days, and as they were known at which moment."""

    organisation = CodeField(required=False, help_text="The key's own without.")
    as_of = DayField(required=False, help_text="Leave out what was booked on a later day.")
    known_at = MomentField(required=False, help_text="Leave out what was posted later.")
    seed = TextField(length=SEED_LENGTH_MAX, required=False, help_text="Draws the auditor's sample; none without.")
    sample_size = WholeField(least=1, most=SAMPLE_SIZE_MAX, required=False, default=SAMPLE_SIZE)
    old_size = WholeField(least=1, most=SIZE_MAX, required=False, help_text="The size of a checkpoint that was kept.")

    def get_fields(self) -> dict[str, serializers.Field]:
        """Name the days as everywhere, though one of the names is a word of Python."""
        return {
            "from": DayField(help_text="The first day."),
            "to": DayField(help_text="The last."),
            **super().get_fields(),
        }


class Bundles(Door):
    """Bundles."""

    scopes = READ

    @documented(
        "Ask for a bundle",
        "Queues a job that makes a ZIP: rows, signed roots, ledgers, traces, a sample, and `verify.py`, which checks "
        "it offline. The same books and the same question give the same bytes. Nothing in it names a person.",
        request=BundleInput,
        answers={202: JobAnswer},
        problems=(409, 413, 415, 422),
        tag="log",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Queue."""
        data, own = self.read(BundleInput), self.actor.organisation
        code, old_size = data.pop("organisation", None), data.pop("old_size", None)
        days = {"from_on": data.pop("from"), "to_on": data.pop("to")}
        asked = Asked(
            organisation=get_organisation(code=code, within=own) if code else own,
            old_checkpoint=get_checkpoint(size=old_size).note if old_size else "",
            **days,
            **data,
        )
        job = ask_for_bundle(actor=self.actor, asked=asked, now=timezone.now())
        return Response(said_job(job), status=202, headers={"Location": f"/api/v1/jobs/{job.id}"})


class BundleFiles(Door):
    """The finished ZIP."""

    scopes = READ

    @documented(
        "Download a bundle",
        "The ZIP of a finished job.",
        answers={200: OpenApiTypes.BINARY},
        problems=(409,),
        tag="log",
    )
    def get(self, request: Request, job_id: uuid.UUID) -> FileResponse:
        """Download."""
        found = get_bundle_job(job_id=job_id, organisation=self.actor.organisation)
        job = require_bundle_within(self.actor, found)
        name = f"bundle-{job.asked['from']}-{job.asked['to']}.zip"
        return FileResponse(
            bundle_file(job).open("rb"), as_attachment=True, filename=name, content_type="application/zip"
        )
